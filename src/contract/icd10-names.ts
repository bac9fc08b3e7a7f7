/**
 * The ICD-10 codes an Indonesian outpatient clinic really uses. WHO, 2010 edition, which is the platform's.
 *
 * A row: code | title | words that name it | words that only go with it. Words are stems; a hyphen is a space.
 * A title is left empty where WHO's edition and the ministry's table of it differ (A09, K30, N18.9).
 */
export const icd10Names = `
A01.0|Typhoid fever|tifoid tifus tipes typus thypoid|demam febris widal
A06.0|Acute amoebic dysentery|disentri dysenter amuba amoeb|diare bab
A09||diare gea gastroenter mencret|ge kolitis enterit bab muntah
A15.0|Tuberculosis of lung, confirmed by sputum microscopy with or without culture|tbc tuberkul tb-paru|tb kp paru batuk bta
A16.2|Tuberculosis of lung, without mention of bacteriological or histological confirmation|tbc tuberkul tb-paru|tb kp paru batuk
A63.0|Anogenital (venereal) warts|kondilom|kutil wart
A90|Dengue fever [classical dengue]|dengue|df dbd dhf demam febris trombosit
A91|Dengue haemorrhagic fever|dengue dhf dbd demam-berdarah|demam febris trombosit
A92.0|Chikungunya virus disease|chikung cikung|demam sendi
B00.9|Herpesviral infection, unspecified|herpes|hsv
B01.9|Varicella without complication|varisel cacar|chickenpox lenting
B02.9|Zoster without complication|zoster herpes dompo|cacar
B05.9|Measles without complication|campak morbil measles|gabag
B07|Viral warts|veruka kutil|wart mata-ikan
B08.1|Molluscum contagiosum|molusk|
B26.9|Mumps without complication|mumps parotit gondong|bengkak
B34.9|Viral infection, unspecified||viral virus demam febris flu ispa
B35.3|Tinea pedis|tinea kurap dermatofit jamur-kulit|dermat jamur kutu-air gatal
B35.4|Tinea corporis|tinea kurap dermatofit jamur-kulit|dermat jamur gatal
B35.6|Tinea cruris|tinea kurap dermatofit jamur-kulit|dermat jamur gatal
B35.9|Dermatophytosis, unspecified|tinea kurap dermatofit jamur-kulit|dermat jamur gatal
B36.0|Pityriasis versicolor|panu versikolor|tinea jamur pitiria
B37.3|Candidiasis of vulva and vagina|kandidi|keputihan fluor flour vagin jamur kandid
B54|Unspecified malaria|malaria|demam febris
B82.9|Intestinal parasitism, unspecified|cacingan askari|cacing parasit helmin
B86|Scabies|skabi kudis gudik|gatal dermat tungau
D17.9|Benign lipomatous neoplasm, unspecified|lipoma|benjol tumor
D50.9|Iron deficiency anaemia, unspecified|anemi adb|kurang-darah hb lemas besi
D64.9|Anaemia, unspecified|anemi|kurang-darah hb lemas pucat
E03.9|Hypothyroidism, unspecified|hipotiroid|tiroid
E04.9|Nontoxic goitre, unspecified|goiter goitre struma gondok|tiroid leher benjol snnt
E10.9|Insulin-dependent diabetes mellitus without complications|diabet iddm kencing-manis|dm dm1 dmt1 gula gds melit
E11.9|Non-insulin-dependent diabetes mellitus without complications|diabet dm dm2 dmt2 t2dm niddm kencing-manis|gula gds gdp melit hiperglik
E14.9|Unspecified diabetes mellitus without complications|diabet dm kencing-manis|gula gds gdp melit hiperglik
E46|Unspecified protein-energy malnutrition|malnutri gizi-buruk gizi-kurang kurang-gizi|gizi kep stunting
E66.9|Obesity, unspecified|obesit obese kegemukan|gemuk berat-badan
E78.0|Pure hypercholesterolaemia|kolesterol hiperkolest|lipid
E78.5|Hyperlipidaemia, unspecified|dislipid hiperlipid kolesterol hiperkolest|lipid trigliser
E79.0|Hyperuricaemia without signs of inflammatory arthritis and tophaceous disease|hiperuri|urat gout sendi
F32.9|Depressive episode, unspecified|depres|sedih mood
F41.9|Anxiety disorder, unspecified|ansiet anxiet|cemas panik psiko
G40.9|Epilepsy, unspecified|epilep ayan|kejang
G43.9|Migraine, unspecified|migrain migren|kepala cephalg pusing headache
G44.2|Tension-type headache|tension-type tension-head tth|tension kepala cephalg pusing tegang
G47.0|Disorders of initiating and maintaining sleep [insomnias]||insomni tidur sleep
G51.0|Bell's palsy|bells-palsy bell-s-palsy|palsy pares wajah
G62.9|Polyneuropathy, unspecified|neuropati polineuro|neur kesemut kebas saraf
H00.0|Hordeolum and other deep inflammation of eyelid|hordeol bintitan timbilen|mata kelopak eyelid
H10.9|Conjunctivitis, unspecified|konjung conjunct|konjun mata belek
H11.0|Pterygium|pterig|mata
H25.9|Senile cataract, unspecified|katarak|mata visus rabun buram
H26.9|Cataract, unspecified|katarak|mata visus rabun buram
H40.9|Glaucoma, unspecified|glauko|mata tio
H52.1|Myopia|miopi rabun-jauh|mata minus visus refraks
H60.9|Otitis externa, unspecified|otitis|telinga ear
H61.2|Impacted cerumen|serumen|telinga ear kotoran
H66.0|Acute suppurative otitis media|otitis oma|telinga congek
H66.9|Otitis media, unspecified|otitis oma omsk|telinga congek
H81.1|Benign paroxysmal vertigo|bppv|vertig pusing
H92.0|Otalgia|otalg|telinga ear
I10|Essential (primary) hypertension|hipertens ht htn darah-tinggi|tensi hhd pusing kepala
I11.9|Hypertensive heart disease without (congestive) heart failure|hhd hipertens|ht jantung
I20.9|Angina pectoris, unspecified|angina|dada jantung pjk
I25.1|Atherosclerotic heart disease|pjk jantung-koroner coronary|jantung heart cad koroner
I50.9|Heart failure, unspecified|gagal-jantung heart-failure chf dekompensasi-k|jantung hf sesak
I64|Stroke, not specified as haemorrhage or infarction|stroke|cva cvd snh hemi lumpuh
I83.9|Varicose veins of lower extremities without ulcer or inflammation|varises varicos|vena tungkai
I84.9|Unspecified haemorrhoids without complication|hemoroid wasir ambeien|bab anus
I95.9|Hypotension, unspecified|hipotens darah-rendah|tensi lemas pusing
J00|Acute nasopharyngitis [common cold]|nasofaring common-cold|pilek flu ispa batuk rinit influen faring
J01.9|Acute sinusitis, unspecified|sinusit|sinus hidung pilek
J02.9|Acute pharyngitis, unspecified|faring|ispa tenggorok batuk demam telan tonsil
J03.9|Acute tonsillitis, unspecified|tonsil amandel|ispa faring tenggorok telan
J04.0|Acute laryngitis|laring|suara serak ispa faring
J06.9|Acute upper respiratory infection, unspecified|ispa urti uri common-cold|batuk pilek flu faring rinit tonsil laring sinus bronk influen demam febris tenggorok napas nafas respir
J11.1|Influenza with other respiratory manifestations, virus not identified|influen|flu ispa batuk pilek demam cold
J18.0|Bronchopneumonia, unspecified|bronkopneum pneumon|bp paru sesak batuk
J18.9|Pneumonia, unspecified|pneumon bronkopneum paru-basah|bp paru sesak batuk
J20.9|Acute bronchitis, unspecified|bronkit|bronk batuk ispa
J30.4|Allergic rhinitis, unspecified|rinit|alergi bersin hidung pilek
J35.0|Chronic tonsillitis|tonsil amandel|
J40|Bronchitis, not specified as acute or chronic|bronkit|bronk batuk
J44.9|Chronic obstructive pulmonary disease, unspecified|ppok copd|sesak paru bronk obstru
J45.9|Asthma, unspecified|asma asthma|sesak mengi bronk napas nafas bengek
K00.6|Disturbances in tooth eruption||gigi persist erups tooth
K01.1|Impacted teeth|gigi-impaksi impaksi-gigi|impak gigi teeth
K02.1|Caries of dentine|karies gigi-berlubang gigi-bolong|gigi dentin pulp
K02.9|Dental caries, unspecified|karies gigi-berlubang gigi-bolong|gigi dental pulp
K03.6|Deposits [accretions] on teeth|karang-gigi kalkulus-gigi|gigi kalkulus karang plak teeth
K04.0|Pulpitis|pulpit|pulp gigi karies
K04.1|Necrosis of pulp|nekrosis-pulp gangren-pulp|pulp nekro gangr gigi
K04.7|Periapical abscess without sinus|periapi abses-gigi|gigi abses
K05.1|Chronic gingivitis|gingiv|gusi gigi
K05.3|Chronic periodontitis|periodont|gusi gigi
K08.3|Retained dental root|sisa-akar gangren-radi|akar radi gigi dental
K12.0|Recurrent oral aphthae|stomatit sariawan aphthae|mulut oral aft
K12.1|Other forms of stomatitis|stomatit sariawan|mulut ulkus
K21.9|Gastro-oesophageal reflux disease without oesophagitis|gerd refluks|lambung maag dispeps gastr
K29.7|Gastritis, unspecified|gastrit maag|gastr lambung ulu-hati dispeps gerd mual
K30||dispeps maag|lambung ulu-hati gastr gerd perut mual kembung muntah begah
K37|Unspecified appendicitis|apendis apendik usus-buntu|perut
K40.9|Unilateral or unspecified inguinal hernia, without obstruction or gangrene|hernia-ing hernia-skr|hernia hil inguin burut
K52.9|Noninfective gastroenteritis and colitis, unspecified|gastroenter gea diare mencret|ge kolit enterit
K59.0|Constipation|konstipa obstipa sembelit|bab feses
L01.0|Impetigo [any organism] [any site]|impetig|pioderm
L02.9|Cutaneous abscess, furuncle and carbuncle, unspecified|abses furunk karbunk bisul|benjol nanah luka vuln folik
L03.9|Cellulitis, unspecified|selulit|luka vuln bengkak infeksi
L08.0|Pyoderma|pioderm|impetig nanah luka infeksi
L08.9|Local infection of skin and subcutaneous tissue, unspecified||infeksi luka vuln kulit abses skin
L20.9|Atopic dermatitis, unspecified|dermatit eksim eczem|gatal alergi atop
L21.9|Seborrhoeic dermatitis, unspecified|dermatit sebor|ketombe gatal
L23.9|Allergic contact dermatitis, unspecified cause|dermatit dka|dermat gatal alergi kontak
L30.9|Dermatitis, unspecified|dermatit eksim eczem|dermat gatal alergi
L50.9|Urticaria, unspecified|urtik biduran kaligata|gatal alergi
L60.0|Ingrowing nail|ingrow cantengan|kuku nail paroni unguis
L70.0|Acne vulgaris|akne jerawat|
L72.0|Epidermal cyst|kista-epiderm kista-aterom|kista cyst aterom benjol
M06.9|Rheumatoid arthritis, unspecified|reumatoid|artrit sendi rematik ra
M10.9|Gout, unspecified|gout gouty asam-urat|artrit sendi urat hiperuri pirai
M13.9|Arthritis, unspecified|artrit|sendi rematik
M17.9|Gonarthrosis, unspecified|osteoart gonartr|oa lutut genu sendi
M19.9|Arthrosis, unspecified|osteoart|oa artr sendi
M25.5|Pain in joint|artralg|sendi joint lutut keseleo sprain
M54.2|Cervicalgia|servikalg|leher neck
M54.4|Lumbago with sciatica|iskialg lumbago lbp|pinggang punggung hnp hernia sciatic
M54.5|Low back pain|lbp low-back-pain nyeri-pinggang|pinggang punggung boyok lumba hnp hernia back
M79.1|Myalgia|mialg|otot pegal linu
M79.6|Pain in limb||kaki tangan tungkai limb lengan keseleo sprain
N18.9||gagal-ginjal pgk|ginjal ckd ggk kidney renal
N20.0|Calculus of kidney|batu-ginjal nefrolit|batu ginjal kolik bsk kidney
N20.9|Urinary calculus, unspecified|urolit bsk|batu kolik kencing kemih calcul
N30.9|Cystitis, unspecified|sistit|isk kencing kemih
N39.0|Urinary tract infection, site not specified|isk uti saluran-kemih|sistit kencing kemih urin anyang
N40|Hyperplasia of prostate|bph prostat|kencing
N76.0|Acute vaginitis|vaginit vaginos|keputihan fluor flour kandid
N92.6|Irregular menstruation, unspecified||haid mens
N94.6|Dysmenorrhoea, unspecified|dismenor|haid mens perut
O21.0|Mild hyperemesis gravidarum|hiperemes|hamil mual muntah emesis
R04.0|Epistaxis|epistak mimisan hidung|
R05|Cough|batuk cough ispa bronk|
R06.0|Dyspnoea|sesak dispn asma napas nafas ppok pneumon jantung chf|
R07.4|Chest pain, unspecified|dada chest thora angina pjk gerd|
R10.4|Other and unspecified abdominal pain|perut abdom kolik gastr maag dispeps gea apendi isk dismen ulu-hati|
R11|Nausea and vomiting|mual muntah vomit gastr dispeps gea emesis|
R21|Rash and other nonspecific skin eruption|rash ruam gatal erups alergi|
R42|Dizziness and giddiness|pusing vertig bppv dizz anemi hipert hipot ht|
R50.9|Fever, unspecified|demam febris fever panas viral virus tifoid typ tip dengue dbd dhf ispa|
R51|Headache|kepala cephalg chepalg pusing headache migr tth tension hipert ht|
R53|Malaise and fatigue|lemas lelah capek fatig anemi|
R56.0|Febrile convulsions|kejang kds kdk convuls|
S61.0|Open wound of finger(s) without damage to nail|vulnus luka-robek|luka wound jari digit vl
S93.4|Sprain and strain of ankle|sprain|keseleo terkilir ankle kaki
T14.0|Superficial injury of unspecified body region|lecet abrasi ekskoria|luka vuln memar kontus hematom trauma
T14.1|Open wound of unspecified body region|vulnus luka-robek|luka wound vl
T16|Foreign body in ear|corpus-alien benda-asing|telinga ear serangga
T30.0|Burn of unspecified body region, unspecified degree|combust luka-bakar|burn luka bakar
T78.4|Allergy, unspecified||alergi gatal urtik dermat
Z00.0|General medical examination||
Z00.1|Routine child health examination||
Z01.2|Dental examination||
Z02.7|Issue of medical certificate||
Z09.8|Follow-up examination after other treatment for other conditions||
Z30.0|General counselling and advice on contraception||
Z30.1|Insertion of (intrauterine) contraceptive device||
Z30.9|Contraceptive management, unspecified||
Z34.9|Supervision of normal pregnancy, unspecified||
Z48.0|Attention to surgical dressings and sutures||
Z71.9|Counselling, unspecified||
Z76.0|Issue of repeat prescription||
`;
