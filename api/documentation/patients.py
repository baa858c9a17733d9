"""How reading a person is documented."""

from api.documentation import shapes
from api.documentation.parts import ONE, documented, etag_of, path

one = documented(
    "readPatient",
    "Patients",
    "Read who a person is",
    answers={200: (shapes.Patient, "The person. The read is logged.")},
    refusals=ONE,
    parameters=[path("patient", "Id of the person."), etag_of(200)],
)
