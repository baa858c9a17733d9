"""How reading a person is documented."""

from api.documentation import shapes
from api.documentation.parts import LIST, ONE, documented, etag_of, path
from api.inputs import PatientFilters

found = documented(
    "findPatients",
    "Patients",
    "Find people",
    answers={200: (shapes.PatientList, "At most 20 people that your organisation has a relationship with.")},
    refusals=LIST,
    parameters=[PatientFilters],
)
one = documented(
    "readPatient",
    "Patients",
    "Read who a person is",
    answers={200: (shapes.Patient, "The person. The read is logged.")},
    refusals=ONE,
    parameters=[path("patient", "Id of the person."), etag_of(200)],
)
