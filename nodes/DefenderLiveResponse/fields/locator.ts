import type { INodeProperties, INodePropertyMode } from 'n8n-workflow';
import type { Row } from './row';
import { asText } from './row';

/** What a resource locator holds: how something was chosen, and its value. */
export interface Choice {
	mode: string;
	value: string;
}

/** Reads a resource locator; a plain string in a saved workflow is the value itself. */
export function readLocator(chosen: unknown): Choice {
	const isLocator = typeof chosen === 'object' && chosen !== null;
	const { mode, value } = isLocator ? (chosen as Partial<Choice>) : { mode: 'id', value: chosen };
	// What is not a text names nothing.
	return { mode: asText(mode) || 'id', value: asText(value) ?? '' };
}

type ModeSettings = Omit<INodePropertyMode, 'displayName' | 'name'>;

/** n8n's lint takes what is written out whole for a parameter, and wants a default of it. */
function mode(displayName: string, name: string, settings: ModeSettings): INodePropertyMode {
	return { displayName, name, ...settings };
}

/** A mode that searches, by one of the methods in `pickers/`. */
export function fromList(searchListMethod: string, placeholder: string): INodePropertyMode {
	return mode('From List', 'list', { type: 'list', placeholder, typeOptions: { searchListMethod, searchable: true } });
}

/** A mode in which a value is entered. */
export function byValue(displayName: string, name: string, placeholder: string): INodePropertyMode {
	return mode(displayName, name, { type: 'string', placeholder });
}

/**
 * A parameter by which one thing is chosen.
 *
 * @param read checks what was chosen; throws InvalidValue
 */
export function locator<Value>(
	displayName: string,
	description: string,
	modes: INodePropertyMode[],
	more: Partial<INodeProperties>,
	read: (choice: Choice) => Value,
): Row<Value> {
	return {
		field: { displayName, type: 'resourceLocator', required: true, default: { mode: 'list', value: '' }, description, modes, ...more },
		read: (value) => read(readLocator(value)),
	};
}
