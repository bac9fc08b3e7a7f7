/** The ICD-9-CM (volume 3) procedures of an outpatient clinic; rows as in `icd10-names.ts`. */
export const icd9Names = `
04.81|Injection of anesthetic into peripheral nerve for analgesia|blok-saraf|injek suntik anest blok nerv
08.09|Other incision of eyelid|insisi-hordeol|hordeol kelopak insis eyelid mata
17.1|Laparoscopic unilateral repair of inguinal hernia|hernia hernio|laparoskop inguin
18.11|Otoscopy|otoskop|telinga ear
21.01|Control of epistaxis by anterior nasal packing|tampon-hidung|tampon epistak mimisan hidung
23.01|Extraction of deciduous tooth|cabut-gigi pencabutan-gigi ekstraksi-gigi|gigi susu exo ekstra cabut tooth
23.09|Extraction of other tooth|cabut-gigi pencabutan-gigi ekstraksi-gigi|gigi exo ekstra cabut tooth odontek
23.11|Removal of residual root|sisa-akar|gigi akar radi ekstra cabut root
23.19|Other surgical extraction of tooth|odontek|gigi impak ekstra cabut tooth
23.2|Restoration of tooth by filling|tambal tumpat penambalan|gigi restor komposit gic filling tooth
23.70|Root canal, not otherwise specified|saluran-akar root-canal psa|gigi akar endodon pulp
24.0|Incision of gum or alveolar bone||gusi gigi insis abses gum
24.7|Application of orthodontic appliance|ortodon behel|gigi kawat
38.93|Venous catheterization, not elsewhere classified||infus vena iv kateter catheter
38.99|Other puncture of vein|flebotomi|vena vein darah pungsi
39.95|Hemodialysis|hemodial cuci-darah|hd dialis
57.94|Insertion of indwelling urinary catheter|kateter-urin pasang-kateter pemasangan-kateter foley|kateter catheter dc urin
64.0|Circumcision|sirkumsis khitan sunat|sirkum
69.7|Insertion of intrauterine contraceptive device|iud akdr|kb spiral kontrasep
73.59|Other manually assisted delivery|persalinan partus|lahir deliver
81.91|Arthrocentesis|artrosent|sendi aspir pungsi
81.92|Injection of therapeutic substance into joint or ligament|intraartikul injeksi-sendi|intra sendi injek suntik joint lutut genu
86.01|Aspiration of skin and subcutaneous tissue||aspir abses kista hematom pungsi benjol
86.04|Other incision with drainage of skin and subcutaneous tissue|abses|insis drain bisul kista i-d
86.05|Incision with removal of foreign body or device from skin and subcutaneous tissue|corpus-alien benda-asing|insis implan susuk foreign cabut ekstra
86.09|Other incision of skin and subcutaneous tissue||insis kulit skin
86.11|Closed biopsy of skin and subcutaneous tissue|biopsi|biops
86.22|Excisional debridement of wound, infection, or burn|debrid nekrotomi|luka wound eksis
86.23|Removal of nail, nail bed, or nail fold|ekstraksi-kuku cabut-kuku roser|kuku nail
86.27|Debridement of nail, nail bed, or nail fold||kuku nail
86.28|Nonexcisional debridement of wound, infection or burn|debrid|luka wound
86.3|Other local excision or destruction of lesion or tissue of skin and subcutaneous tissue|ekstirpasi elektrokaut|eksis kaut kista lipoma kutil veruk clavus benjol nevus lesi tumor
86.59|Closure of skin and subcutaneous tissue of other sites|jahit-luka penjahitan hecting heacting|jahit luka hect sutur closur
87.12|Other dental x-ray|panoramik|gigi dental foto rontgen
87.44|Routine chest x-ray, so described|foto-thora rontgen-thora|thora dada chest rontgen
88.72|Diagnostic ultrasound of heart|ekokardio|usg jantung echo heart ultraso
88.76|Diagnostic ultrasound of abdomen and retroperitoneum|usg ultraso|abdom perut
88.78|Diagnostic ultrasound of gravid uterus|usg ultraso|hamil obstet kandung
88.79|Other diagnostic ultrasound|usg ultraso|
89.01|Interview and evaluation, described as brief||
89.02|Interview and evaluation, described as limited||
89.03|Interview and evaluation, described as comprehensive||
89.06|Consultation, described as limited||
89.07|Consultation, described as comprehensive||
89.08|Other consultation||
89.26|Gynecological examination||ginekol gynecol inspekulo vt dalam anc hamil
89.31|Dental examination||gigi dental
89.37|Vital capacity determination|spiromet|paru kapasit capac
89.52|Electrocardiogram|ekg elektrokardio|jantung
89.7|General physical examination||
93.34|Diathermy|diaterm|fisio swd
93.39|Other physical therapy|fisioterap|fisio terapi tens rehab
93.53|Application of other cast|gips|cast
93.54|Application of splint|bidai spalk splint|fiksas
93.57|Application of other wound dressing||luka balut perban verban gv dressing wound jahit hect debrid
93.59|Other immobilization, pressure, and attention to wound||luka balut perban verban bandage wound
93.94|Respiratory medication administered by nebulizer|nebul|inhal uap combiven ventolin
93.96|Other oxygen enrichment|oksigen|o2
94.4|Other psychotherapy and counselling|psikoterap konseling|psycho edukas konsul counsel
94.49|Other counselling|konseling|edukas konsul suluh counsel
95.01|Limited eye examination||mata eye visus refraks
95.02|Comprehensive eye examination||mata eye visus refraks
95.41|Audiometry|audiomet|telinga dengar
96.07|Insertion of other (naso-)gastric tube|ngt nasogastr|lambung sonde gastr
96.39|Other transanal enema|enema klisma lavement|bab huknah
96.51|Irrigation of eye|irigasi-mata|mata eye
96.52|Irrigation of ear|irigasi-telinga serumen|telinga ear
96.54|Dental scaling, polishing, and debridement|scaling skeling karang-gigi|gigi karang kalkulus plak
96.59|Other irrigation of wound||luka wound balut perban verban jahit hect debrid
97.38|Removal of sutures from head and neck|angkat-jahit aff-hecting|jahit hect heact sutur
97.64|Removal of other urinary drainage device|lepas-kateter aff-kateter|kateter dc urin
97.71|Removal of intrauterine contraceptive device|iud akdr|kb spiral kontrasep
97.84|Removal of sutures from trunk, not elsewhere classified|angkat-jahit aff-hecting|jahit hect heact sutur luka
98.11|Removal of intraluminal foreign body from ear without incision|corpus-alien benda-asing|telinga ear ekstra
98.12|Removal of intraluminal foreign body from nose without incision|corpus-alien benda-asing|hidung nose ekstra
98.21|Removal of superficial foreign body from eye without incision|corpus-alien benda-asing|mata eye ekstra
99.17|Injection of insulin||insulin inj suntik
99.18|Injection or infusion of electrolytes||infus cairan inj rl nacl rehidras
99.21|Injection of antibiotic||inj injek suntik antibio skin-test
99.23|Injection of steroid||inj injek suntik steroid kortiko
99.24|Injection of other hormone||inj injek suntik kb hormon
99.29|Injection or infusion of other therapeutic or prophylactic substance||
99.33|Vaccination against tuberculosis|bcg|vaksin imunis
99.38|Administration of tetanus toxoid|tetanus|tt vaksin imunis inj injek suntik
99.39|Administration of diphtheria-tetanus-pertussis, combined|dpt pentabio|dtp vaksin imunis pentav difteri
99.41|Administration of poliomyelitis vaccine|polio|ipv opv vaksin imunis
99.44|Vaccination against rabies|rabies|var vaksin imunis
99.45|Vaccination against measles|campak measles|mr vaksin imunis
99.52|Prophylactic vaccination against influenza|vaksin-influen|influen flu vaksin imunis
99.59|Other vaccination and inoculation|vaksin imunis|suntik inj
99.60|Cardiopulmonary resuscitation, not otherwise specified|rjp resusit|cpr
99.92|Other acupuncture|akupunk|jarum
99.97|Fitting of denture|gigi-tiruan gigi-palsu|gigi dentur protesa
`;
