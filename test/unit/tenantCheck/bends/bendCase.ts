import type { EmulatorOptions } from '../../../../playground/emulator';
import type { Operation } from '../../../../playground/emulator/routes';
import type { Settings } from '../../../../playground/emulator/settings';
import type { Bench } from '../bench';
import type { Bend, FrontAnswer, FrontRequest } from '../front';

/** One way in which the service could differ from what a claim says. */
export interface BendCase {
	/** The claim that has to be reported as differing, and no other. */
	id: string;
	/** What the service does instead. */
	how: string;
	/** With `--run` on this device. */
	device?: string;
	settings?: Partial<Settings>;
	/** Needs an emulator of its own. */
	options?: EmulatorOptions;
	prepare?(bench: Bench): void;
	/** Made again for each run. */
	bend?(bench: Bench): Bend;
	/** Signs in with a certificate. */
	certificate?: boolean;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of every shape */
type Change = (answer: FrontAnswer & { json: any }, request: FrontRequest) => void;
type Match = (request: FrontRequest, answer: FrontAnswer) => boolean;

/** Changes answers to an operation. */
export function on(operation: Operation, match: Match, change: Change): () => Bend {
	return () => ({
		answer(answer, request) {
			if (request.operation === operation && match(request, answer)) change(answer as FrontAnswer & { json: any }, request);
		},
	});
}

/** The same for the n-th of the answers that match, from 1. */
export function onNth(n: number, operation: Operation, match: Match, change: Change): () => Bend {
	return () => {
		let seen = 0;
		return on(operation, (request, answer) => match(request, answer) && ++seen === n, change)();
	};
}

export const always: Match = () => true;
export const filter =
	(start: string, top?: string): Match =>
	({ query }) =>
		(query.get('$filter') ?? '').startsWith(start) && (top === undefined || query.get('$top') === top);
export const status =
	(code: number): Match =>
	(_, answer) =>
		answer.status === code;
export const all =
	(...matches: Match[]): Match =>
	(request, answer) =>
		matches.every((match) => match(request, answer));
/** The first page of live responses, which shows most. */
export const liveResponses: Match = ({ query }) => query.get('$filter') === "type eq 'LiveResponse'" && query.get('$top') === '100';
export const url =
	(part: string): Match =>
	(request) =>
		decodeURIComponent(request.url).includes(part);

/** Makes a refusal of an answer. */
export function refuse(code: number, name: string, message = 'Refused'): Change {
	return (answer) => {
		answer.status = code;
		answer.json = { error: { code: name, message, target: '00000000-0000-4000-8000-000000000000' } };
	};
}

/** Changes one entity of a list, by its place from the end. */
export function entity(fromEnd: number, change: (entity: any) => void): Change {
	return ({ json }) => change(json.value[json.value.length - 1 - fromEnd]);
}
