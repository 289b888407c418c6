from attune.domain.tones import NO_RULE, AllowedTones, TextKind, ToneRule, Tones, allowed_tones

SERVICE_ONLY = (TextKind.SERVICE,)
EVERYTHING = tuple(TextKind)
DISTRESS = ToneRule(
    id="distress", tones=("advisory",), kinds=SERVICE_ONLY, when={"sentiment": frozenset({"distressed"})}
)
VIP_STUCK = ToneRule(
    id="vip-stuck",
    tones=("advisory",),
    kinds=EVERYTHING,
    when={"segment": frozenset({"vip"}), "friction_level": frozenset({"medium", "high"})},
)
OTHERS = ToneRule(id="others", tones=("informal", "advisory"), kinds=EVERYTHING)


def ask(*rules, segment="standard", sentiment="neutral"):
    tones = Tones({}, {}, rules)
    return allowed_tones(tones, segment=segment, lifecycle="new", friction_level="high", sentiment=sentiment)


def test_the_first_matching_row_decides():
    assert ask(DISTRESS, VIP_STUCK, OTHERS, segment="vip") == AllowedTones(("advisory",), EVERYTHING, "vip-stuck")


def test_every_named_axis_has_to_match():
    assert ask(VIP_STUCK, OTHERS).rule == "others"


def test_distress_leaves_service_texts_only_whoever_it_is():
    assert ask(DISTRESS, VIP_STUCK, OTHERS, segment="vip", sentiment="distressed").kinds == SERVICE_ONLY


def test_nothing_is_allowed_where_no_row_matches():
    assert ask(DISTRESS) == AllowedTones((), (), NO_RULE)
