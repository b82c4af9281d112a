import { codeOf } from '../advice/refusal';
import type { Answer } from '../calls';
import { verdict, type Verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Entity, Page } from '../observations/entities';
import { WITHHELD, mark, say, words as wordsOf } from '../say';

/** Status and code of an answer. */
export function answered(answer: Answer): string {
	const code = codeOf(answer);
	return code === undefined ? say`status ${answer.status}` : say`status ${answer.status}, code ${code}`;
}

/** @param codes any one of them will do; none: the code does not matter */
export function refusedWith(answer: Answer, status: number, ...codes: string[]): Verdict {
	return verdict(answer.status === status && (codes.length === 0 || codes.includes(codeOf(answer) ?? '')), answered(answer));
}

/** A query that is accepted and gives what was asked for. */
export function gives({ answer, entities }: Page, isRight: (entities: Entity[]) => boolean): Verdict {
	if (answer.status !== 200) return verdict(false, answered(answer));
	const right = isRight(entities);
	return verdict(right, `status 200, ${entries(entities)}${right ? '' : ', not the ones that were asked for'}`);
}

export function entries(values: unknown[]): string {
	return values.length === 1 ? '1 entry' : say`${values.length} entries`;
}

/** A media type without its parameters, which could say more. */
export function mediaType(header: string | undefined): string {
	const type = (header ?? '').split(';')[0].trim().toLowerCase();
	if (type === '') return 'none';
	return /^[a-z]{1,20}\/[a-z.+-]{1,60}$/.test(type) ? mark(type) : WITHHELD;
}

/** @throws NotAsked where there is nothing to check */
export function some<T>(values: T[], why: string): T[] {
	if (values.length === 0) throw new NotAsked(why);
	return values;
}

/** Every entity has all of these keys. */
export function hasKeys(entities: Entity[], keys: readonly string[]): Verdict {
	const missing = keys.filter((key) => entities.some((entity) => !(key in entity)));
	return verdict(missing.length === 0, missing.length === 0 ? `all of them, in ${entries(entities)}` : say`missing: ${missing}`);
}

/** No entity has other keys than these. */
export function noOtherKeys(entities: Entity[], keys: readonly string[]): Verdict {
	const others = [...new Set(entities.flatMap(Object.keys))].filter((key) => !keys.includes(key) && !key.startsWith('@odata.'));
	return verdict(others.length === 0, others.length === 0 ? `none, in ${entries(entities)}` : say`other keys: ${others}`);
}

/** Every value is one of these words. */
export function onlyWords(values: unknown[], words: readonly string[]): Verdict {
	const texts = [...new Set(values.map((value) => (typeof value === 'string' ? value : typeof value)))];
	const others = texts.filter((text) => !words.includes(text));
	return verdict(others.length === 0, others.length === 0 ? wordsOf(texts, words) : say`other words: ${others}`);
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,7}))?Z$/;

/** Every value is a date of UTC with up to seven digits after the second. */
export function onlyDates(values: unknown[]): Verdict {
	const wrong = values.filter((value) => typeof value !== 'string' || !DATE.test(value));
	if (wrong.length > 0) return verdict(false, say`${wrong.length} of ${values.length} are written in another form`);
	const digits = values.map((value) => (DATE.exec(String(value))?.[1] ?? '').length);
	const [least, most] = [Math.min(...digits), Math.max(...digits)];
	return verdict(
		true,
		least === most
			? say`${values.length} dates with ${most} digits after the second`
			: say`${values.length} dates with ${least} to ${most} digits after the second`,
	);
}
