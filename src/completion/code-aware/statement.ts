import { KEYWORDS } from '../../python/keywords';
import type { Bracket, TokenKind } from '../../python/lexer';

/** State of a logical line as far as names in it depend on it. Never changes; most tokens leave it as it is. */
export interface Statement {
  /** So far it may be the left side of an assignment: nothing but names, dots, commas and stars. */
  readonly isTarget: boolean;
  /** After `def`, before its parameters. */
  readonly isDefinition: boolean;
  /** After `for`, before its `in`. */
  readonly isLoop: boolean;
  /** The bracket in which a definition's parameters stand. */
  readonly parameters: Bracket | null;
  /** The brackets around a `lambda` of which the parameters stand here. */
  readonly lambda: { readonly within: Bracket | null } | null;
}

export const START: Statement = {
  isTarget: true,
  isDefinition: false,
  isLoop: false,
  parameters: null,
  lambda: null,
};

/** A finished token, and the open brackets right after it. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly brackets: Bracket | null;
  /** It stands in a statement whose first line has a colon. */
  readonly isInHeader: boolean;
}

/** The statement after one more token. */
export function withToken(statement: Statement, token: Token): Statement {
  switch (token.kind) {
    case 'identifier':
      return KEYWORDS.has(token.text) ? withKeyword(noTarget(statement), token) : statement;
    case 'opener':
      return withOpener(noTarget(statement), token);
    case 'operator':
      return withOperator(statement, token);
    default:
      return noTarget(statement);
  }
}

function noTarget(statement: Statement): Statement {
  return statement.isTarget ? { ...statement, isTarget: false } : statement;
}

function withKeyword(statement: Statement, { text, brackets }: Token): Statement {
  switch (text) {
    case 'def':
      return { ...statement, isDefinition: true };
    case 'for':
      return { ...statement, isLoop: true };
    case 'in':
      return statement.isLoop ? { ...statement, isLoop: false } : statement;
    case 'lambda':
      return { ...statement, lambda: { within: brackets } };
    default:
      return statement;
  }
}

/** Type parameters in square brackets may stand before the others. */
function withOpener(statement: Statement, { text, brackets }: Token): Statement {
  if (!statement.isDefinition || text === '{') {
    return statement;
  }
  return { ...statement, parameters: brackets, isDefinition: text === '[' };
}

function withOperator(statement: Statement, { text, brackets, isInHeader }: Token): Statement {
  switch (text) {
    case '.':
    case ',':
    case '*':
      return statement;
    case ';':
      return START;
    case ':':
      if (statement.lambda?.within === brackets) {
        return { ...statement, lambda: null };
      }
      return brackets === null && isInHeader ? START : noTarget(statement);
    default:
      return noTarget(statement);
  }
}

/**
 * Role of a name at its place: a `binding` introduces it, so it may be new; a `target` does if an assignment or
 * annotation follows; a `reference` names what is there already.
 */
export type Site = 'binding' | 'target' | 'reference';

const BEFORE_PARAMETER = ['(', '[', ',', '*', '**', 'lambda'];

/** @param last text of the token before the name, @param brackets those that are open there */
export function siteOfName(statement: Statement, last: string, brackets: Bracket | null): Site {
  const { isTarget, isLoop, parameters, lambda } = statement;
  if (last !== '.') {
    if (isLoop || last === 'def' || last === 'class' || last === 'as') {
      return 'binding';
    }
    const isAmongParameters = (parameters !== null && parameters === brackets) || lambda?.within === brackets;
    if (isAmongParameters && BEFORE_PARAMETER.includes(last)) {
      return 'binding';
    }
  }
  return isTarget ? 'target' : 'reference';
}
