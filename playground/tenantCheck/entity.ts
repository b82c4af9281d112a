export type Entity = Record<string, unknown>;

export function isEntity(value: unknown): value is Entity {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
