"""What others charge for a million journeys with one email: list prices of November 2026, in USD, with what they leave out."""

OTHERS = (
    ("SES alone", "100", "the email and nothing else: the floor"),
    ("Customer.io", "120", "the emails; a fee for each profile comes on top"),
    ("Pinpoint", "394 to 1,294", "emails and journeys by audience size; ended on 2026-10-30"),
)
