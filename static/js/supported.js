// First thing in <body>, so that styles for pages with and without JavaScript apply before anything is painted.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("nhsuk-frontend-supported");
