/**
 * The API reference has a description for everything: every symbol that an entry exports, every type of ours that one
 * can get to from there, every member of them, and every parameter whose type does not say what it is. What the schemas
 * make, `InputOf` and `ResponseOf`, is looked at through the types as an editor shows them: a field's comment stands at
 * its schema.
 */
import { relative } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root } from '../support/program.js';

const entries = ['index', 'server', 'fhir', 'sandbox', 'testing'].map((name) => `${root}src/${name}.ts`);
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
);
/** What the schemas make, as types to look at. */
const schemas = `${root}src/schemas-as-types.ts`;
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.fileExists = (name) => name === schemas || fileExists(name);
host.getSourceFile = (name, ...more) =>
  name === schemas
    ? ts.createSourceFile(
        name,
        `import type { EndpointName, InputOf, ResponseOf } from './index.js';
         export type Inputs = { [K in EndpointName]: InputOf<K> };
         export type Responses = { [K in EndpointName]: ResponseOf<K> };`,
        ts.ScriptTarget.ESNext,
      )
    : getSourceFile(name, ...more);
const program = ts.createProgram([...entries, schemas], options, host);
const checker = program.getTypeChecker();

const exportsOf = (path: string) => {
  const file = program.getSourceFile(path) as ts.SourceFile;
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol).map(original);
};
const exported = entries.flatMap(exportsOf);

/** What an `export … from` stands for. */
function original(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const ours = (node: ts.Node) => {
  const { fileName } = node.getSourceFile();
  return fileName.startsWith(`${root}src/`) && !fileName.endsWith('.json');
};

const said = (symbol: ts.Symbol | undefined) =>
  ts.displayPartsToString(symbol?.getDocumentationComment(checker)).trim();

/** What has no description, by file and name. */
class Walk {
  readonly missing = new Set<string>();
  readonly #seen = new Set<ts.Symbol>();

  symbol(symbol: ts.Symbol): void {
    const declarations = (symbol.declarations ?? []).filter(ours);
    if (this.#seen.has(symbol) || declarations.length === 0) return;
    this.#seen.add(symbol);
    if (symbol.flags & ts.SymbolFlags.TypeParameter) return;
    this.#need(said(symbol), declarations[0] as ts.Node, symbol.name);
    for (const declaration of declarations) this.#declaration(declaration, symbol.name);
  }

  #need(words: string, at: ts.Node, name: string): void {
    if (!words) this.missing.add(`${relative(root, at.getSourceFile().fileName)} ${name}`);
  }

  #declaration(node: ts.Declaration, name: string): void {
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
      for (const { types } of node.heritageClauses ?? []) for (const type of types) this.#type(type, name);
      for (const member of node.members) this.#member(member, name);
    } else if (ts.isTypeAliasDeclaration(node)) this.#type(node.type, name);
    else if (ts.isFunctionDeclaration(node)) this.#signature(node, name);
    else if (ts.isVariableDeclaration(node) && node.type) this.#type(node.type, name);
  }

  #member(node: ts.ClassElement | ts.TypeElement, name: string): void {
    const { Private, Protected, Override } = ts.ModifierFlags;
    const hidden =
      (node.name && (ts.isPrivateIdentifier(node.name) || ts.isComputedPropertyName(node.name))) ||
      // An override says what its base says.
      ts.getCombinedModifierFlags(node) & (Private | Protected | Override);
    if (hidden || ts.isIndexSignatureDeclaration(node)) return;
    const path = `${name}.${node.name?.getText() ?? 'new'}`;
    const symbol = node.name && checker.getSymbolAtLocation(node.name);
    const words = symbol
      ? said(symbol)
      : ts
          .getJSDocCommentsAndTags(node)
          .map((at) => at.getText())
          .join('');
    // An implementation behind overloads is nobody's to see.
    const behind =
      ts.isConstructorDeclaration(node) &&
      node.body &&
      node.parent.members.filter(ts.isConstructorDeclaration).length > 1;
    if (behind) return;
    this.#need(words, node, path);
    if (ts.isFunctionLike(node)) this.#signature(node, path);
    else if ('type' in node && node.type) this.#type(node.type as ts.TypeNode, path);
  }

  #signature(node: ts.SignatureDeclaration, name: string): void {
    for (const parameter of node.parameters) {
      const path = `${name}(${parameter.name.getText()})`;
      if (parameter.type) this.#type(parameter.type, path);
      if (!saysNothing(parameter.type)) continue;
      const words = ts
        .getJSDocParameterTags(parameter)
        .map(({ comment }) => ts.getTextOfJSDocComment(comment));
      this.#need(words.join(''), parameter, path);
    }
    if (node.type) this.#type(node.type, name);
  }

  /** Every type that a type names, and the members it writes out. */
  #type(node: ts.Node, name: string): void {
    if (ts.isTypeLiteralNode(node)) {
      for (const member of node.members) this.#member(member, name);
      return;
    }
    if (ts.isFunctionTypeNode(node)) {
      for (const { type } of node.parameters) if (type) this.#type(type, name);
      this.#type(node.type, name);
      return;
    }
    // `typeof x` is a value: what is in it, its own comment says. `keyof` names no type, only its members.
    if (
      ts.isTypeQueryNode(node) ||
      (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword)
    )
      return;
    // What is taken out of a table of types: its rows have no name for anybody.
    if (ts.isIndexedAccessTypeNode(node) && ts.isTypeReferenceNode(node.objectType)) {
      const table = checker.getSymbolAtLocation(node.objectType.typeName);
      for (const row of table?.members?.values() ?? []) {
        const { type } = (row.valueDeclaration ?? {}) as { type?: ts.TypeNode };
        if (type) this.#type(type, `${name}.${row.name}`);
      }
      return;
    }
    // What something is filtered by is nobody's to hold.
    if (ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Extract') {
      this.#type(node.typeArguments?.[0] as ts.TypeNode, name);
      return;
    }
    const named = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
    const symbol = named && checker.getSymbolAtLocation(named);
    if (symbol) this.symbol(original(symbol));
    ts.forEachChild(node, (child) => this.#type(child, name));
  }
}

/** A text, a number or a switch: only words say which. */
function saysNothing(type: ts.TypeNode | undefined): boolean {
  const plain = [
    ts.SyntaxKind.StringKeyword,
    ts.SyntaxKind.NumberKeyword,
    ts.SyntaxKind.BooleanKeyword,
    ts.SyntaxKind.UnknownKeyword,
  ];
  if (!type) return true;
  if (ts.isUnionTypeNode(type)) return type.types.some(saysNothing);
  return plain.includes(type.kind);
}

it('every exported symbol, and every member one can get to from it, has a description', () => {
  const walk = new Walk();
  for (const symbol of exported) walk.symbol(symbol);
  expect([...walk.missing].sort()).toEqual([]);
});

/** Fields without a description, at any depth, in what a schema makes. */
function undescribed(type: ts.Type, path: string, seen = new Set<ts.Type>()): string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  if (type.isUnion()) return type.types.flatMap((one) => undescribed(one, path, seen));
  const item = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (item) return undescribed(item, `${path}[]`, seen);
  return checker.getPropertiesOfType(type).flatMap((field) => {
    if (!field.declarations?.some(ours)) return [];
    const here = `${path}.${field.name}`;
    return [...(said(field) ? [] : [here]), ...undescribed(checker.getTypeOfSymbol(field), here, seen)];
  });
}

it.each(exportsOf(schemas).map((symbol) => [symbol.name, checker.getDeclaredTypeOfSymbol(symbol)] as const))(
  '%s: every field of every endpoint has a description',
  (_, type) => {
    const endpoints = checker.getPropertiesOfType(type);
    expect(endpoints.map(({ name }) => name)).toContain('kirimKunjungan');
    const missing = endpoints.flatMap((one) => undescribed(checker.getTypeOfSymbol(one), one.name));
    expect(missing).toEqual([]);
  },
);

it('every function and every method of a class shows how it is called', () => {
  const without = exported.flatMap((symbol) => {
    const { valueDeclaration: node } = symbol;
    if (!node || !ours(node)) return [];
    const parts = ts.isClassDeclaration(node)
      ? node.members
          .filter(ts.isMethodDeclaration)
          .filter(({ name }) => ts.isIdentifier(name))
          .map(({ name }) => checker.getSymbolAtLocation(name))
      : ts.isFunctionDeclaration(node)
        ? [symbol]
        : [];
    return parts.flatMap((part) =>
      part && !said(part).includes('```ts') ? [`${symbol.name} ${part.name}`] : [],
    );
  });
  expect(without).toEqual([]);
});
