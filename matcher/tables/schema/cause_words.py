"""Causes, each with the Dutch and English words that people write for it, and the causes that are near each other.

The themes are those of the International Classification of Nonprofit Organizations and of the UK Charity
Classification, as foundations name them. Plurals, compounds (``ouderenzorg``) and typing errors need no entry: they are
understood by :mod:`matcher.tables.words`.
"""

from __future__ import annotations

from matcher.i18n.folding import fold, lookup
from matcher.tables.schema.foreign_cause_words import FOREIGN_CAUSE_WORDS

_SPELLINGS = {
    "addiction": (
        "verslaving; verslavingszorg; verslaafden; drugs; alcoholverslaving; gokverslaving; substance abuse; drug "
        "abuse; alcoholism; recovery from addiction; dependency"
    ),
    "animals": (
        "dieren; dierenwelzijn; dierenopvang; dierenbescherming; dierenasiel; huisdieren; honden; katten; paarden; "
        "animal welfare; pets; dogs; cats; horses; animal shelter"
    ),
    "art and culture": (
        "kunst en cultuur; concerten; concert; orkest; koor; opera; ballet; zang; poëzie; poetry; choir; kunst; "
        "cultuur; muziek; theater; toneel; dans; film; literatuur; kunsten; podiumkunsten; beeldende kunst; "
        "museum; musea; festival; amateurkunst; bibliotheek; arts; arts and culture; culture and arts; culture; "
        "art; music; theatre; dance; literature; museums; performing arts; visual arts; library; creative "
        "arts; kunst & cultuur"
    ),
    "carers": (
        "mantelzorg; mantelzorgers; mantelzorgondersteuning; respijtzorg; informal care; carer; caregivers; family "
        "carers; respite; respite care; carer support"
    ),
    "climate": (
        "klimaat; energie; energietransitie; duurzaamheid; duurzame energie; klimaatverandering; circulaire "
        "economie; circulair; recycling; afval; hergebruik; co2; energy; sustainability; climate change; climate "
        "action; sustainable development; clean energy; circular economy; waste; renewables"
    ),
    "community": (
        "buurt; wijk; buren; neighbours; leefbaarheid; sociale cohesie; buurten; wijken; dorpen; buurthuis; dorp; "
        "ontmoeting; samenleving; burgerschap; welzijn; maatschappelijk welzijn; sociale samenhang; neighbourhood; "
        "neighborhood; communities; community development; community centre; village hall; social cohesion; "
        "citizenship; social welfare; civil society; gemeenschap"
    ),
    "debt": (
        "schulden; schuldhulp; schuldhulpverlening; schuldsanering; geldzorgen; financiële zorgen; financiële "
        "zelfredzaamheid; budgetteren; budgetcoaching; schuldenproblematiek; debts; debt relief; debt advice; "
        "money advice; budgeting; financial literacy; money worries"
    ),
    "digital inclusion": (
        "digitale inclusie; digitale vaardigheden; digitalisering; digitale zelfredzaamheid; digibeten; "
        "computervaardigheden; digital skills; digital literacy; it skills; computer skills"
    ),
    "disability": (
        "handicap; beperking; gehandicapten; mensen met een beperking; gehandicaptenzorg; autisme; verstandelijke "
        "beperking; lichamelijke beperking; slechtzienden; blinden; doven; toegankelijkheid; disabilities; "
        "disabled; disabled people; learning disabilities; autism; blind; deaf; accessibility; visual impairment; "
        "hearing loss; special needs"
    ),
    "disaster relief": (
        "noodhulp; rampen; rampenbestrijding; humanitaire hulp; oorlogsslachtoffers; hulpverlening bij rampen; "
        "disasters; emergency relief; humanitarian aid; humanitarian relief; emergency aid; crisis relief"
    ),
    "economic development": (
        "ondernemerschap; economie; economische ontwikkeling; sociaal ondernemen; sociale ondernemingen; "
        "microkrediet; plattelandsontwikkeling; landbouw; boeren; entrepreneurship; economy; social enterprise; "
        "microfinance; rural development; agriculture; farming; enterprise; farmers"
    ),
    "education": (
        "onderwijs; educatie; school; scholen; opleiding; leren; studie; studenten; scholing; huiswerkbegeleiding; "
        "talentontwikkeling; kansengelijkheid; mentoring; volwasseneneducatie; schools; training; learning; "
        "students; tutoring; adult education; higher education; teaching; scholarships; studiebeurzen; bijles"
    ),
    "elderly": (
        "ouderen; oudere; senioren; older; ouderenzorg; bejaarden; 65+; 65-plus; 65 plus; 55+; 60+; 70+; 75+; 80+; "
        "50+; vergrijzing; oude mensen; 65plussers; 65-plussers; plussers; dementie; verpleeghuis; older people; "
        "seniors; senior citizens; old age; ageing; aging; the aged; pensioners; older adults; elders; dementia; "
        "gepensioneerden"
    ),
    "family": (
        "gezin; gezinnen; familie; families; ouders; opvoeding; alleenstaande ouders; moeders; vaders; "
        "opvoedondersteuning; parents; parenting; single parents; mothers; fathers; family support"
    ),
    "food": (
        "voedsel; voeding; voedselhulp; hunger; honger; voedselbank; voedselbanken; maaltijden; eten; "
        "voedselverspilling; food bank; food banks; nutrition; meals; food poverty; food waste"
    ),
    "health": (
        "gezondheid; zorg; diabetes; hartziekten; heart disease; gezondheidszorg; ziekte; zieken; patiënten; "
        "kanker; ziekenhuis; vitaliteit; palliatieve zorg; hospice; zieke kinderen; leefstijl; chronisch zieken; "
        "verpleging; healthcare; health care; wellbeing; well-being; cancer; patients; illness; hospital; medical; "
        "palliative care; disease; nursing; health and wellbeing; medisch"
    ),
    "heritage": (
        "erfgoed; cultureel erfgoed; monumenten; geschiedenis; archeologie; historie; molens; cultural heritage; "
        "history; monuments; archaeology; historic buildings; conservation of buildings"
    ),
    "homelessness": (
        "dakloosheid; daklozen; thuislozen; dak- en thuislozen; dakloos; nachtopvang; daklozenopvang; homeless; "
        "homeless people; rough sleeping; rough sleepers; shelters"
    ),
    "housing": (
        "wonen; huisvesting; woningen; volkshuisvesting; woningnood; huis; woonruimte; accommodation; social "
        "housing; affordable housing; homes"
    ),
    "human rights": (
        "mensenrechten; kinderrechten; gelijkheid; gelijke rechten; discriminatie; antidiscriminatie; racisme; "
        "diversiteit; vrede; democratie; persvrijheid; mensenhandel; inclusie; rights; equality; discrimination; "
        "racism; diversity; equality and diversity; racial justice; peace; democracy; press freedom; human "
        "trafficking; civil rights; inclusion; children's rights"
    ),
    "international development": (
        "ontwikkelingssamenwerking; internationale hulp; ontwikkelingshulp; derde wereld; ontwikkelingslanden; "
        "international aid; development; overseas aid; global development; development cooperation; overseas"
    ),
    "language": (
        "taal; laaggeletterdheid; taalvaardigheid; laaggeletterden; lezen; taalles; leesbevordering; boeken; "
        "books; nederlands leren; nt2; basisvaardigheden; alfabetisering; literacy; reading; languages; esol; "
        "language learning; basic skills; illiteracy"
    ),
    "lgbtq+": (
        "lhbti; lhbt; lhbtiq+; lhbti+; lhbtqia+; regenbooggemeenschap; homoseksuelen; transgenders; queer; homo's; "
        "lgbt; lgbtq; lgbti; lgbtqi+; lgbtqia+; gay; transgender; gay rights"
    ),
    "loneliness": (
        "eenzaamheid; eenzaam; eenzamen; eenzame mensen; sociaal isolement; isolement; lonely; isolation; social "
        "isolation; lonely people; befriending"
    ),
    "mental health": (
        "geestelijke gezondheid; ggz; psychische gezondheid; geestelijke gezondheidszorg; mentale gezondheid; "
        "psychiatrie; depressie; psychische problemen; mentaal welzijn; rouw; trauma; suïcidepreventie; mental "
        "wellbeing; mental illness; psychiatry; depression; bereavement; counselling; grief; suicide prevention"
    ),
    "nature": (
        "natuur; milieu; natuur en milieu; natuurbehoud; natuurbescherming; biodiversiteit; groen; bos; bossen; "
        "bomen; water; landschap; vogels; zee; oceanen; tuinen; tuinieren; wilde dieren; environment; nature "
        "conservation; conservation; wildlife; biodiversity; trees; forests; birds; landscape; gardening; green "
        "space; green spaces; oceans; rivers; environmental protection"
    ),
    "politics": (
        "politiek; verkiezingen; elections; politieke partijen; politieke partij; lobby; lobbyen; partijpolitiek; "
        "political; political parties; political party; lobbying; party politics; political activity"
    ),
    "poverty": (
        "armoede; armoedebestrijding; kansarmen; kansarm; minima; arme mensen; arm; armen; kleding; kleren; "
        "kledingbank; lage inkomens; minderbedeelden; behoeftigen; kinderarmoede; bestaanszekerheid; poor; poor "
        "people; disadvantaged; underprivileged; deprivation; low income; clothing; clothes; child poverty; "
        "financial hardship; social exclusion; kwetsbare mensen; vulnerable people"
    ),
    "refugees": (
        "vluchtelingen; nieuwkomers; asiel; migratie; statushouders; asielzoekers; inburgering; migranten; "
        "integratie; ongedocumenteerden; vluchtelingenwerk; vluchtelingenhulp; immigranten; ontheemden; migration; "
        "newcomers; asylum seekers; asylum; migrants; immigrants; refugee; immigration; displaced people; status "
        "holders; integration of newcomers"
    ),
    "religion": (
        "religie; geloof; kerk; religieus; godsdienst; christelijk; christendom; protestants; katholiek; islam; "
        "islamitisch; moskee; moskeeën; joods; jodendom; synagoge; hindoeïsme; boeddhisme; evangelisatie; "
        "evangelisch; kerkelijk; levensbeschouwing; levensbeschouwelijk; levensovertuiging; geestelijken; "
        "gelovigen; zending; bijbel; missionair; parochie; pastoraal; diaconie; spiritualiteit; faith; religious; "
        "church; churches; christian; christianity; catholic; muslim; islamic; jewish; judaism; hinduism; "
        "buddhism; mosque; synagogue; worship; evangelism; missionary; bible; spirituality; faith-based; ministry; "
        "god; gospel; parish; sikhism"
    ),
    "safety": (
        "veiligheid; justitie; huiselijk geweld; slachtofferhulp; criminaliteit; gevangenen; ex-gedetineerden; "
        "gedetineerden; geweld; reclassering; slachtoffers; brandweer; reddingswezen; verkeersveiligheid; justice; "
        "crime; domestic abuse; domestic violence; victim support; prisoners; ex-offenders; offenders; violence; "
        "rescue; road safety; crime prevention; abuse; emergency services"
    ),
    "science": (
        "wetenschap; onderzoek; wetenschappelijk onderzoek; medisch onderzoek; research; medical research; "
        "scientific research"
    ),
    "sport": (
        "bewegen; sport en bewegen; zwemmen; hardlopen; wandelen; fietsen; swimming; running; walking; cycling; "
        "recreatie; sportvereniging; sporten; voetbal; vrije tijd; sportief; sports; recreation; exercise; "
        "leisure; football; outdoor pursuits; fitness; physical activity"
    ),
    "technology": (
        "techniek; technologie; tech; technisch onderwijs; programmeren; bèta; bètatechniek; stem; engineering; "
        "coding; programming; technical education"
    ),
    "veterans": (
        "veteranen; soldaten; soldiers; defensie; militairen; oud-militairen; armed forces; military; "
        "ex-servicemen; ex-service; army; military families"
    ),
    "volunteering": (
        "vrijwilligerswerk; vrijwillige inzet; vrijwilligersondersteuning; filantropie; burgerinitiatieven; "
        "voluntary work; philanthropy; volunteerism"
    ),
    "women": (
        "vrouwen; meisjes; vrouwenrechten; emancipatie; vrouwenemancipatie; vrouwen en meisjes; girls; women's "
        "rights; gender equality; women and girls; female empowerment; gender"
    ),
    "work": (
        "werk; arbeid; werkgelegenheid; re-integratie; arbeidsparticipatie; arbeidsmarkt; werkloosheid; "
        "werkzoekenden; banen; participatie; werklozen; loopbaan; employment; jobs; unemployment; employability; "
        "job seekers; careers; labour market"
    ),
    "youth": (
        "jeugd; jongeren; jongvolwassenen; young adults; kinderen; kinder; kind; jeugdzorg; jongerenwerk; "
        "pleegzorg; tieners; kinderopvang; pubers; baby's; peuters; kleuters; weeskinderen; wezen; scouting; "
        "children; young people; kids; child; young; teenagers; adolescents; foster care; childcare; orphans; "
        "babies; toddlers; children and young people; kinderen en jongeren; early years"
    ),
}
FOREIGN_SPELLINGS = frozenset(fold(word) for words in FOREIGN_CAUSE_WORDS.values() for word in words.split("; "))
_OWN = lookup({cause: spellings.split("; ") for cause, spellings in _SPELLINGS.items()})
CAUSE_WORDS = {**lookup({cause: words.split("; ") for cause, words in FOREIGN_CAUSE_WORDS.items()}), **_OWN}
"""Causes are an open list: a word that stands here is read as its cause, any other is compared by meaning."""
