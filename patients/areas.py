"""Which place, locality and neighbourhood a person counts towards: by their practice, else by where they live."""

from uuid import UUID

from directory.models import Organisation, Practice

Areas = tuple[UUID | None, UUID | None, UUID | None]
NOWHERE: Areas = (None, None, None)


def areas_of(practice: Organisation | None, care_home: Organisation | None, postcode: str) -> Areas:
    """Place, locality and neighbourhood ids. Without a practice only the place is known, by care home or postcode.

    A postcode's first half is taken to lie in a place when every practice with it does; otherwise nobody can tell.
    """
    if practice:
        known = Practice.objects.filter(pk=practice.pk)
        registered = known.values_list("place_id", "locality_id", "neighbourhood_id").first()
        if registered:
            return registered
    outward = outcode(care_home.postcode if care_home and care_home.postcode else postcode)
    if not outward:
        return NOWHERE
    near = Practice.objects.filter(organisation__postcode__startswith=f"{outward} ")
    places = set(near.values_list("place_id", flat=True))
    return (places.pop(), None, None) if len(places) == 1 else NOWHERE


def outcode(postcode: str) -> str:
    """The first half of a postcode: enough to recognise where somebody lives, not to find the door."""
    return postcode.split(" ")[0] if " " in postcode else ""
