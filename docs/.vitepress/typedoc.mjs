/** The API reference: Markdown from the comments in src, one page an entry. */
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
function withoutInitializers(app) {
  // A schema's field is declared as `name: check`: typedoc takes the check for the default of an optional field.
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, declaration) => {
    delete declaration.defaultValue;
  });
}

/** @type {Partial<import('typedoc').TypeDocOptions> & Record<string, unknown>} */
export default {
  tsconfig: 'tsconfig.json',
  entryPoints: ['index', 'server', 'fhir', 'sandbox', 'testing'].map((name) => `../../src/${name}.ts`),
  plugin: ['typedoc-plugin-markdown', withoutInitializers],
  out: '../api',
  readme: 'none',
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  treatWarningsAsErrors: true,
  // test/docs/reference.test.ts looks at descriptions, in a second and into schemas.
  validation: { notDocumented: false },
  // What a public type is made of. Its fields are shown where it is used.
  intentionallyNotExported: [
    // schemas and tables
    'contract',
    'DiagnosisRequest',
    'dispositions',
    'EncounterRequest',
    'EncounterUpdateRequest',
    'faultKinds',
    'KunjunganRequest',
    'ObservationRequest',
    'plausible',
    'ProcedureRequest',
    'RegisterPatientRequest',
    // types
    'AsError',
    'CallTo',
    'DetailsByCode',
    'Durable',
    'Fields',
    'Lists',
    'SatusehatErrorConstructor',
    'SatusehatErrorOf',
    'ServiceCodes',
    'Some',
    'Submission',
    'Timing',
  ],
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
};
