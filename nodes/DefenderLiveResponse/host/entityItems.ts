import type { IDataObject } from 'n8n-workflow';
import type { ActionRequest } from '../service/actionRequest';
import { callOf } from '../service/actionRequest';
import type { Session } from '../service/session';
import type { Routed } from './eachItem';

/** For `forEachItem`, where an operation has one output. */
export const ONE_OUTPUT = { count: 1, forErrors: 0 };

/** What is shown of an entity, by its kind, in this order. */
const SHOWN = {
	machineAction: [
		'id',
		'type',
		'status',
		'machineId',
		'computerDnsName',
		'requestor',
		'requestorComment',
		'creationDateTimeUtc',
		'lastUpdateDateTimeUtc',
		'commands',
	],
	machine: [
		'id',
		'computerDnsName',
		'osPlatform',
		'healthStatus',
		'onboardingStatus',
		'riskScore',
		'lastSeen',
		'lastIpAddress',
		'machineTags',
		'rbacGroupName',
	],
} as const;

type Kind = keyof typeof SHOWN;

/** An entity as the service sent it; an item holds an object, so that anything else is the value of one. */
function jsonOf(entity: unknown): IDataObject {
	const isRecord = typeof entity === 'object' && entity !== null && !Array.isArray(entity);
	return (isRecord ? entity : { value: entity }) as IDataObject;
}

/**
 * An entity as its item shows it: the fields that people read, or, with `simplify` off, as the service sent it. One of
 * unexpected form is passed on as it came.
 */
export function shownEntity(kind: Kind, entity: unknown, simplify: boolean): IDataObject {
	const json = jsonOf(entity);
	if (!simplify || typeof json.id !== 'string') return json;
	return Object.fromEntries(SHOWN[kind].map((name) => [name, json[name] ?? null]));
}

/** Items of what the service sent, by the node's only output. */
export function entityItems(entities: unknown[], itemIndex: number): Routed[] {
	return entities.map((entity) => ({ output: 0, item: { json: jsonOf(entity), pairedItem: { item: itemIndex } } }));
}

/** The same, each as {@link shownEntity} has it. */
export function shownItems(kind: Kind, entities: unknown[], simplify: boolean, itemIndex: number): Routed[] {
	const shown = entities.map((entity) => shownEntity(kind, entity, simplify));
	return entityItems(shown, itemIndex);
}

/** The item of a dry run: the request that would be sent. */
export function dryRunItems({ cloud }: Session, request: ActionRequest, itemIndex: number): Routed[] {
	const { method, path, body } = callOf(request);
	return entityItems([{ dryRun: true, method, url: `${cloud.apiBaseUrl}/api${path}`, body }], itemIndex);
}
