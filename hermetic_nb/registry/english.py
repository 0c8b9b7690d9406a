"""Words of English that say little of what a tool does, from general knowledge of the language: two lists.

Written by hand, by somebody who knew how the queries of the public sets begin (could you please, I am looking for).
"""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final = frozenset(
    """
    a an the of and or to in for on with by from at is are was were be been it its this that these those i me my we our you
    your he she they them their what which who how when where why do does did can could would should will shall may might
    must have has had not no if then than as so but about into over under any some there here please
    """.split()  # noqa: SIM905 (a text reads better than six hundred quotes)
)
"""Left out of queries."""

COMMON_WORDS: Final = frozenset(
    """
    time year people way day man thing woman life child world school state family student group country problem hand part
    place case week company system program question work government number night point home water room mother area money
    story fact month lot right study book eye job word business issue side kind head house service friend father power hour
    game line end member law car city community name president team minute idea kid body information back parent face others
    level office door health person art war history party result change morning reason research girl guy moment air teacher
    force education

    good new first last long great little own other old big high different small large next early young important few public
    bad same able best better

    say go get make know think take see come want look use find give tell call try ask need feel become leave put mean keep
    let begin seem help show talk turn start hear play run move like live believe hold bring happen write provide sit stand
    lose pay meet include continue set learn lead understand watch follow stop create speak read allow add spend grow open
    walk win offer remember love consider appear buy wait serve die send expect build stay fall cut reach kill remain suggest
    raise pass sell require report decide pull

    up out now only more also well even just down still too never really most much before through every again off always away
    today ever however often sure later yet almost far together once maybe soon thanks thank hello hi hey

    recommend recommendation recommendations suggestions option options interested looking planning trying going using getting
    having making doing seeing specific current currently recent latest available possible detail details list various
    anything something everything someone anyone

    one two three four five six seven eight nine ten
    """.split()  # noqa: SIM905 (as above)
)
"""The commonest words beside these: each counts half in a query."""
