"""How the directory is documented."""

from drf_spectacular.types import OpenApiTypes

from api.documentation import shapes
from api.documentation.parts import LIST, ONE, documented, header, path
from api.inputs import OrganisationFilters, ServiceFilters

TAG = "Directory"
services = documented(
    "listServices",
    TAG,
    "List services",
    answers={200: (shapes.ServiceList, "Current services by name, all on one page.")},
    refusals=LIST,
    parameters=[ServiceFilters],
)
service = documented(
    "readService",
    TAG,
    "Read a service",
    answers={200: (shapes.Service, "One current service.")},
    refusals=ONE,
    parameters=[path("service", "Slug of the service.", kind=OpenApiTypes.STR)],
)
organisations = documented(
    "listOrganisations",
    TAG,
    "List organisations",
    answers={200: (shapes.OrganisationPage, "Current organisations by name.")},
    refusals=LIST,
    parameters=[OrganisationFilters, header("Link", "The next page, as rel=next.", answers=[200])],
)
organisation = documented(
    "readOrganisation",
    TAG,
    "Read an organisation",
    answers={200: (shapes.Organisation, "One organisation, current or not.")},
    refusals=ONE,
    parameters=[path("organisation", "Id of the organisation.")],
)
