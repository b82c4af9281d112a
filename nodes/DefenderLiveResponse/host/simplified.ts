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

/**
 * An entity as its item shows it: the fields that people read, or, with `simplify` off, as the service sent it. One of
 * unexpected form is passed on as it came.
 */
export function shownEntity(kind: keyof typeof SHOWN, entity: unknown, simplify: boolean): unknown {
	const isKnown = typeof entity === 'object' && entity !== null && typeof (entity as { id?: unknown }).id === 'string';
	if (!simplify || !isKnown) return entity;
	const { [kind]: names } = SHOWN;
	return Object.fromEntries(names.map((name) => [name, (entity as Record<string, unknown>)[name] ?? null]));
}
