"""Causes in German and in French, as foundations of both languages name them: our own choice of common words.

Dutch and English words are in :mod:`matcher.tables.schema.cause_words`. A word is left out where it means something else
in one of those languages. Templates do not list these: they are read, and not offered.
"""

from __future__ import annotations

FOREIGN_CAUSE_WORDS = {
    "addiction": "suchthilfe; suchtprävention; suchtkranke; drogenhilfe; addictions; toxicomanie; dépendances",
    "animals": "tiere; tierschutz; tierheim; haustiere; animaux; protection animale; protection des animaux; refuge animalier",
    "art and culture": (
        "kunst und kultur; kultur; musik; bildende kunst; darstellende kunst; bibliothek; arts et culture; culture et arts; "
        "musique; danse; littérature; musées; bibliothèque; spectacle vivant; arts plastiques; kulturförderung"
    ),
    "carers": "pflegende angehörige; angehörigenpflege; aidants; proches aidants; aidants familiaux",
    "climate": (
        "klimaschutz; klimawandel; nachhaltigkeit; erneuerbare energien; kreislaufwirtschaft; changement climatique; "
        "développement durable; transition énergétique; transition écologique; économie circulaire; énergies renouvelables"
    ),
    "community": (
        "nachbarschaft; nachbarschaftshilfe; gemeinwesenarbeit; gemeinwesen; quartiersarbeit; zusammenhalt; "
        "vie associative; lien social; cohésion sociale; vie de centre social"
    ),
    "debt": "schuldnerberatung; überschuldung; schulden und armut; surendettement; dettes; accompagnement budgétaire",
    "digital inclusion": "digitale teilhabe; digitale bildung; medienkompetenz; inclusion numérique; médiation numérique",
    "disability": (
        "behinderung; behinderte; behindertenhilfe; menschen mit behinderung; handicapés; personnes handicapées; "
        "situation de handicap; accessibilité; barrierefreiheit"
    ),
    "disaster relief": "katastrophenhilfe; nothilfe; humanitäre hilfe; aide humanitaire; aide d'urgence; secours d'urgence",
    "economic development": "wirtschaftsförderung; développement économique; entrepreneuriat; existenzgründung",
    "education": (
        "bildung; erziehung; ausbildung; berufsbildung; schulbildung; hochschule; studierende; école; "
        "écoles; enseignement; formation professionnelle; réussite scolaire; soutien scolaire; étudiants"
    ),
    "elderly": ("altenhilfe; ältere menschen; seniorenarbeit; alte menschen; personnes âgées; aînés; grand âge"),
    "family": "familien; familienhilfe; alleinerziehende; familles; parentalité; familles monoparentales",
    "food": "ernährung; lebensmittel; lebensmittelhilfe; aide alimentaire; alimentation; banque alimentaire",
    "health": (
        "gesundheit; gesundheitsförderung; krankenhaus; krebshilfe; krebs; hospiz; santé; santé publique; prévention santé; "
        "hôpital; maladies; cancer du sein; soins palliatifs"
    ),
    "heritage": "denkmalschutz; denkmalpflege; kulturerbe; heimatpflege; patrimoine; patrimoine culturel; monuments historiques",
    "homelessness": "obdachlosigkeit; obdachlose; wohnungslosigkeit; wohnungslose; wohnungslosenhilfe; sans-abri; sans-abrisme; sans domicile fixe",
    "housing": "wohnen; wohnungsbau; logement; logement social; hébergement",
    "human rights": "menschenrechte; bürgerrechte; droits de l'homme; droits humains; lutte contre les discriminations; antidiskriminierung",
    "international development": (
        "entwicklungszusammenarbeit; entwicklungshilfe; eine welt; solidarité internationale; aide au développement; "
        "coopération internationale"
    ),
    "language": "sprachförderung; deutschkurse; leseförderung; alphabetisierung; alphabétisation; illettrisme; lutte contre l'illettrisme",
    "loneliness": "einsamkeit; vereinsamung; isolement social; solitude; lutte contre l'isolement",
    "mental health": "psychische gesundheit; seelische gesundheit; psychisch kranke; santé mentale; souffrance psychique",
    "nature": (
        "naturschutz; umwelt; umweltschutz; artenschutz; wälder; biodiversität; environnement; biodiversité; protection de la nature; "
        "forêts; écologie"
    ),
    "poverty": "armut; armutsbekämpfung; bedürftige; kinderarmut; pauvreté; précarité; lutte contre la pauvreté; exclusion sociale; exclusion",
    "refugees": (
        "flüchtlinge; geflüchtete; flüchtlingshilfe; asylsuchende; zuwanderer; migranten und flüchtlinge; réfugiés; "
        "demandeurs d'asile; exilés; migrants et réfugiés"
    ),
    "religion": "kirche; glaube; kirchlich; religiös; église; religieux",
    "safety": "gewaltschutz; opferhilfe; häusliche gewalt; kriminalprävention; violences conjugales; violences faites aux femmes; aide aux victimes; sécurité",
    "science": "wissenschaft; forschung; medizinische forschung; wissenschaft und forschung; recherche médicale; recherche scientifique",
    "sport": "sportförderung; breitensport; sportverein; bewegung; fußball; activité physique; sport pour tous; éducation par le sport",
    "technology": "technik; technologien; technologie numérique; technologies",
    "volunteering": "ehrenamt; freiwilligenarbeit; bürgerschaftliches engagement; freiwilliges engagement; bénévolat; engagement citoyen",
    "women": "frauen; mädchen; gleichstellung; frauenrechte; femmes; droits des femmes; égalité femmes-hommes",
    "work": (
        "arbeitslosigkeit; arbeitslose; beschäftigung; arbeitsmarkt; arbeitsintegration; emploi; "
        "insertion professionnelle; chômage; retour à l'emploi; accès à l'emploi"
    ),
    "youth": (
        "jugendliche; jugend; jugendhilfe; jugendarbeit; kinder und jugendliche; kinderhilfe; kinder und jugend; junge menschen; "
        "jeunesse; enfance; enfants; jeunes; enfants et jeunes; protection de l'enfance; petite enfance"
    ),
}
"""Words of each cause, with semicolons between."""
