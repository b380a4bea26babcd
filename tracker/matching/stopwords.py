"""Words too common to tell one text from another, as the stemmers' projects list them."""

from tracker.matching.terms import fold

_ENGLISH = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her
hers herself it its itself they them their theirs themselves what which who whom this that these
those am is are was were be been being have has had having do does did doing a an the and but if or
because as until while of at by for with about against between into through during before after
above below to from up down in out on off over under again further then once here there when where
why how all any both each few more most other some such no nor not only own same so than too very s
t can will just don should now d ll m re ve
"""
_FRENCH = """
au aux avec ce ces dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me
meme memes mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses si son sur ta te
tes toi ton tu un une vos votre vous c d j l m n s t y ete etee etees etes etant suis es est sommes
sont serai sera serons seront serait seraient etais etait etions etaient fus fut furent soit soient
ayant ai as avons avez ont aurai aura aurons auront aurait auraient avais avait avions avaient eut
eurent ait aient a cet cette comme ainsi aussi dont plus tout tous toute toutes
"""
STOP = {
    "en": frozenset(map(fold, _ENGLISH.split())),
    "fr": frozenset(map(fold, _FRENCH.split())),
}
