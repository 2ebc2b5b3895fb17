/** Every name that the package exports says what it is, and every type that one of them mentions can be named. */

import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const LIB = join(__dirname, '../../lib/');
const ENTRIES = ['index', 'simulator/index', 'metrics/index', 'doctor/index'].map(
  (name) => `${LIB}${name}.ts`,
);

const program = ts.createProgram(ENTRIES, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  strict: true,
});
const checker = program.getTypeChecker();

function origin(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const exported = new Map<ts.Symbol, string>();
for (const entry of ENTRIES) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile) as ts.Symbol;
  for (const symbol of checker.getExportsOfModule(module)) exported.set(origin(symbol), symbol.name);
}

function isDocumented(symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0;
}

function isPublic(node: ts.Node): boolean {
  const { name } = node as ts.NamedDeclaration;
  const hidden = ts.canHaveModifiers(node)
    ? ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Private
    : 0;
  const isInternal = ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
  return !hidden && !isInternal && !(name !== undefined && ts.isPrivateIdentifier(name));
}

/** Members of interfaces, classes and object types; those of a union's alternatives are in the union's own comment. */
function* members(node: ts.Node): Generator<ts.NamedDeclaration> {
  if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isTypeLiteralNode(node)) {
    for (const member of node.members as ts.NodeArray<ts.TypeElement | ts.ClassElement>) {
      if (member.name === undefined || !isPublic(member)) continue;
      yield member;
      const { type } = member as ts.PropertySignature;
      if (type !== undefined && ts.isTypeLiteralNode(type)) yield* members(type);
    }
  } else if (ts.isTypeAliasDeclaration(node)) yield* members(node.type);
  else if (ts.isIntersectionTypeNode(node)) for (const type of node.types) yield* members(type);
}

/** The types of this library's that a declaration mentions where others can see them. */
function* mentioned(node: ts.Node): Generator<ts.Symbol> {
  if (ts.isBlock(node) || !isPublic(node)) return;
  if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
    const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
    const symbol = checker.getSymbolAtLocation(name);
    if (symbol !== undefined) yield origin(symbol);
  }
  const isInitialised = ts.isPropertyDeclaration(node) || ts.isParameter(node);
  for (const child of node.getChildren()) {
    if (isInitialised && child === node.initializer) continue;
    yield* mentioned(child);
  }
}

function isOurs(symbol: ts.Symbol): boolean {
  const isParameter = (symbol.flags & ts.SymbolFlags.TypeParameter) !== 0;
  return !isParameter && symbol.declarations?.[0]?.getSourceFile().fileName.startsWith(LIB) === true;
}

const declarations = [...exported].flatMap(([symbol, name]) =>
  (symbol.declarations ?? []).map((node) => ({ name, node })),
);

test('every exported name, and every member of one, has a doc comment', () => {
  const bare = [...exported].filter(([symbol]) => !isDocumented(symbol)).map(([, name]) => name);
  const bareMembers = declarations.flatMap(({ name, node }) =>
    [...members(node)].flatMap((member) => {
      const symbol = checker.getSymbolAtLocation(member.name as ts.Node) as ts.Symbol;
      return isDocumented(symbol) ? [] : [`${name}.${symbol.name}`];
    }),
  );
  expect(exported.size).toBeGreaterThan(80);
  expect([...bare, ...bareMembers]).toEqual([]);
});

test('every type that an exported name mentions is exported', () => {
  const hidden = declarations.flatMap(({ name, node }) =>
    [...mentioned(node)]
      .filter((symbol) => isOurs(symbol) && !exported.has(symbol))
      .map((symbol) => `${name}: ${symbol.name}`),
  );
  expect([...new Set(hidden)]).toEqual([]);
});
