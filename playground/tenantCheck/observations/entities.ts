import { refusal } from '../advice/refusal';
import type { Answer } from '../calls';
import { isEntity, type Entity } from '../entity';
import { NotAsked } from '../notAsked';
import type { Asker } from '../observation';

export { isEntity, type Entity };

/** One page of a list. A refused query is an answer too: judges check the status. */
export interface Page {
	answer: Answer;
	/** Empty where the query was refused. */
	entities: Entity[];
}

export const READ_ACTIONS = ['Machine.ReadWrite.All'];
export const READ_MACHINES = ['Machine.ReadWrite.All', 'Machine.Read.All'];
export const LIBRARY = ['Library.Manage'];
export const RUN = ['Machine.LiveResponse'];

/** @throws NotAsked where the answer is about the token or a passing state, and so does not answer the question */
export function mustSpeak(answer: Answer, needed: string[], asker: Asker): Answer {
	if (answer.status === 401 || answer.status === 403 || answer.status === 429 || answer.status >= 500) {
		throw new NotAsked(refusal(answer, needed, asker.token.permissions));
	}
	return answer;
}

/** Asks for one page of a list. */
export async function listPage(
	asker: Asker,
	path: string,
	query: Record<string, string | number>,
	what: string,
	needed: string[],
): Promise<Page> {
	const parts = Object.entries(query).map(([name, value]) => `$${name}=${encodeURIComponent(String(value))}`);
	const answer = mustSpeak(await asker.api('GET', `${path}?${parts.join('&')}`, what), needed, asker);
	const { value } = (isEntity(answer.json) ? answer.json : {}) as { value?: unknown };
	return { answer, entities: Array.isArray(value) ? value.filter(isEntity) : [] };
}

/** The same, where a refusal says nothing but that the list cannot be had. 404: there is nothing to list. */
export async function mustList(
	asker: Asker,
	path: string,
	query: Record<string, string | number>,
	what: string,
	permissions: string[],
): Promise<Page> {
	const page = await listPage(asker, path, query, what, permissions);
	if (page.answer.status !== 200 && page.answer.status !== 404)
		throw new NotAsked(`the list was ${refusal(page.answer, permissions, asker.token.permissions)}`);
	return page;
}

/** A text in an OData expression. */
export function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

export function textOf(entity: Entity | undefined, key: string): string | undefined {
	const value = entity?.[key];
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws NotAsked with this reason where there is nothing */
export function needed<T>(value: T | undefined, why: string): T {
	if (value === undefined) throw new NotAsked(why);
	return value;
}
