/** The invariants of FHIR R4 that matter to what we write and receive, by type, under their official keys. */
type Value = Record<string, unknown>;

export interface Invariant {
  key: string;
  message: string;
  holds(value: Value): boolean;
}

const has = (value: Value, name: string) => value[name] !== undefined;
const hasChoice = (value: Value, name: string) =>
  Object.keys(value).some((key) => key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length)));
const list = (value: unknown): Value[] =>
  (Array.isArray(value) ? value : []).filter(
    (item): item is Value => typeof item === 'object' && item !== null,
  );
const codes = (concept: unknown): unknown[] =>
  list((concept as Value | undefined)?.coding).map(({ code }) => code);

const tokens = (concept: unknown): string[] =>
  list((concept as Value | undefined)?.coding).map(({ system, code }) => `${system}|${code}`);

/** Milliseconds of a date or dateTime; undefined when it is none. */
const at = (value: unknown) => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};

const quantity: Invariant[] = [
  {
    key: 'qty-3',
    message: 'a code of a unit needs its system',
    holds: (value) => !has(value, 'code') || has(value, 'system'),
  },
];

export const invariants: Record<string, Invariant[]> = {
  AllergyIntolerance: [
    {
      key: 'ait-1',
      message: 'clinicalStatus is required unless verificationStatus is entered-in-error',
      holds: (value) =>
        codes(value.verificationStatus).includes('entered-in-error') || has(value, 'clinicalStatus'),
    },
    {
      key: 'ait-2',
      message: 'no clinicalStatus when verificationStatus is entered-in-error',
      holds: (value) =>
        !codes(value.verificationStatus).includes('entered-in-error') || !has(value, 'clinicalStatus'),
    },
  ],
  Attachment: [
    {
      key: 'att-1',
      message: 'data needs a contentType',
      holds: (value) => !has(value, 'data') || has(value, 'contentType'),
    },
  ],
  Age: quantity,
  Bundle: [
    {
      key: 'bdl-1',
      message: 'total only in a search or a history',
      holds: (value) => !has(value, 'total') || ['searchset', 'history'].includes(String(value.type)),
    },
    {
      key: 'bdl-3',
      message: 'every entry of a batch, transaction or history has a request, and no other',
      holds: (value) =>
        list(value.entry).every(
          (entry) =>
            has(entry, 'request') === ['batch', 'transaction', 'history'].includes(String(value.type)),
        ),
    },
    {
      key: 'bdl-4',
      message: 'every entry of a response or a history has a response, and no other',
      holds: (value) =>
        list(value.entry).every(
          (entry) =>
            has(entry, 'response') ===
            ['batch-response', 'transaction-response', 'history'].includes(String(value.type)),
        ),
    },
    {
      key: 'bdl-7',
      message: 'a fullUrl stands only once',
      holds: (value) => {
        const urls = list(value.entry).flatMap(({ fullUrl }) => (fullUrl === undefined ? [] : [fullUrl]));
        return value.type === 'history' || new Set(urls).size === urls.length;
      },
    },
  ],
  'Bundle.entry': [
    {
      key: 'bdl-8',
      message: 'a fullUrl is of no version',
      holds: ({ fullUrl }) => !String(fullUrl ?? '').includes('/_history/'),
    },
  ],
  'CarePlan.activity': [
    {
      key: 'cpl-3',
      message: 'a detail or a reference, not both',
      holds: (value) => !(has(value, 'detail') && has(value, 'reference')),
    },
  ],
  'Composition.section': [
    {
      key: 'cmp-1',
      message: 'a section has text, entries or sections',
      holds: (value) => has(value, 'text') || has(value, 'entry') || has(value, 'section'),
    },
    {
      key: 'cmp-2',
      message: 'a reason to be empty only without entries',
      holds: (value) => !(has(value, 'emptyReason') && has(value, 'entry')),
    },
  ],
  Condition: [
    {
      key: 'con-4',
      message: 'what has abated is inactive, resolved or in remission',
      holds: (value) =>
        !hasChoice(value, 'abatement') ||
        codes(value.clinicalStatus).some((code) =>
          ['inactive', 'resolved', 'remission'].includes(String(code)),
        ),
    },
    {
      key: 'con-5',
      message: 'no clinicalStatus when verificationStatus is entered-in-error',
      holds: (value) =>
        !codes(value.verificationStatus).includes('entered-in-error') || !has(value, 'clinicalStatus'),
    },
  ],
  ContactPoint: [
    {
      key: 'cpt-2',
      message: 'a value needs its system',
      holds: (value) => !has(value, 'value') || has(value, 'system'),
    },
  ],
  Duration: quantity,
  Extension: [
    {
      key: 'ext-1',
      message: 'a value or extensions, exactly one of them',
      holds: (value) => (hasChoice(value, 'value') || hasChoice(value, '_value')) !== has(value, 'extension'),
    },
  ],
  FamilyMemberHistory: [
    {
      key: 'fhs-1',
      message: 'an age or a birth, not both',
      holds: (value) => !(hasChoice(value, 'age') && hasChoice(value, 'born')),
    },
  ],
  'Goal.target': [
    {
      key: 'gol-1',
      message: 'a detail needs its measure',
      holds: (value) => !hasChoice(value, 'detail') || has(value, 'measure'),
    },
  ],
  'Immunization.education': [
    {
      key: 'imm-1',
      message: 'a documentType or a reference',
      holds: (value) => has(value, 'documentType') || has(value, 'reference'),
    },
  ],
  NutritionOrder: [
    {
      key: 'nor-1',
      message: 'an oral diet, a supplement or an enteral formula',
      holds: (value) => has(value, 'oralDiet') || has(value, 'supplement') || has(value, 'enteralFormula'),
    },
  ],
  Observation: [
    {
      key: 'obs-6',
      message: 'dataAbsentReason only without a value',
      holds: (value) => !(has(value, 'dataAbsentReason') && hasChoice(value, 'value')),
    },
    {
      key: 'obs-7',
      message: 'a component of the same code only without a value',
      holds: (value) =>
        !hasChoice(value, 'value') ||
        !list(value.component).some(({ code }) =>
          tokens(code).some((one) => tokens(value.code).includes(one)),
        ),
    },
  ],
  'Observation.referenceRange': [
    {
      key: 'obs-3',
      message: 'a range has a low, a high or text',
      holds: (value) => has(value, 'low') || has(value, 'high') || has(value, 'text'),
    },
  ],
  Organization: [
    {
      key: 'org-1',
      message: 'a name or an identifier',
      holds: (value) => has(value, 'name') || has(value, 'identifier'),
    },
    {
      key: 'org-3',
      message: 'an organization has no telecom at home',
      holds: (value) => list(value.telecom).every(({ use }) => use !== 'home'),
    },
  ],
  'Patient.contact': [
    {
      key: 'pat-1',
      message: 'a contact has a name, telecom, address or organization',
      holds: (value) => ['name', 'telecom', 'address', 'organization'].some((name) => has(value, name)),
    },
  ],
  Period: [
    {
      key: 'per-1',
      message: 'the start is not after the end',
      // A date has no hour: what is less precise is compared as far as it goes.
      holds: ({ start, end }) => {
        const [from, to] = [String(start ?? ''), String(end ?? '')];
        if (from === '' || to === '') return true;
        if (from.length > 10 && to.length > 10) return (at(from) ?? 0) <= (at(to) ?? 0);
        const length = Math.min(from.length, to.length, 10);
        // Zones move a day at most: only a clear reversal counts.
        return length < 10 || from.length !== to.length
          ? from.slice(0, Math.min(length, 7)) <= to.slice(0, Math.min(length, 7))
          : from <= to;
      },
    },
  ],
  Quantity: quantity,
  'QuestionnaireResponse.item': [
    {
      key: 'qrs-1',
      message: 'items stand under the item or under its answer, not both',
      holds: (value) => !(has(value, 'item') && list(value.answer).some((answer) => has(answer, 'item'))),
    },
  ],
  Range: [
    {
      key: 'rng-2',
      message: 'low is not above high',
      // Only of one unit: the rest takes a table of units.
      holds: ({ low, high }) =>
        (low as Value | undefined)?.code !== (high as Value | undefined)?.code ||
        Number((low as Value | undefined)?.value ?? Number.NEGATIVE_INFINITY) <=
          Number((high as Value | undefined)?.value ?? Number.POSITIVE_INFINITY),
    },
  ],
  Ratio: [
    {
      key: 'rat-1',
      message: 'numerator and denominator stand together',
      holds: (value) => has(value, 'numerator') === has(value, 'denominator'),
    },
  ],
  ServiceRequest: [
    {
      key: 'prr-1',
      message: 'orderDetail needs a code',
      holds: (value) => !has(value, 'orderDetail') || has(value, 'code'),
    },
  ],
};
