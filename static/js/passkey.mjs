// Shows the passkey buttons where the browser can use them, and says so when a passkey does not work.

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("#passkey-button")) button.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.getElementById("passkey-error");
  if (said) said.hidden = false;
});
