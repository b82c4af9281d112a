import type { IExecuteFunctions } from 'n8n-workflow';
import type { Delivery } from '../service/delivery';
import { readLocator } from '../fields/locator';
import { asText } from '../fields/row';

/** Characters of a device's name in a text; a DNS name has no more. */
const MAX_NAME = 253;

/** What is known of the item that failed, as it was entered. */
export interface Known {
	computerDnsName?: string;
	machineId?: string;
	machineActionId?: string;
}

/** A chosen value as it was entered, where the operation has that parameter and its expression gives one. */
function chosen(context: IExecuteFunctions, name: string, itemIndex: number): { mode: string; value?: string; shown?: string } {
	try {
		const raw = context.getNodeParameter(name, itemIndex, '') as { cachedResultName?: unknown } | null;
		const { mode, value } = readLocator(raw);
		// As the list shows it: the name, then what tells doubles apart in parentheses.
		const shown = mode === 'list' ? asText(raw?.cachedResultName)?.replace(/ \(.*$/s, '') : undefined;
		return { mode, value: value || undefined, shown: shown || undefined };
	} catch {
		return { mode: 'id' };
	}
}

/** A device that the item itself names beside the action or device that was chosen: Run gives both. */
function fromItem(context: IExecuteFunctions, itemIndex: number, { value }: { value?: string }): Known {
	if (value === undefined) return {};
	const json = context.getInputData()[itemIndex]?.json ?? {};
	const named = [json.machineActionId, json.machineId, json.id].includes(value);
	const text = (entry: unknown) => (named && typeof entry === 'string' && entry !== '' ? entry : undefined);
	return { computerDnsName: text(json.computerDnsName), machineId: text(json.machineId) };
}

/** What is known of an input item, for its error item. */
export function knownOf(context: IExecuteFunctions, itemIndex: number, delivery?: Delivery): Known {
	const device = chosen(context, 'machineId', itemIndex);
	const action = chosen(context, 'machineActionId', itemIndex);
	const fromInput = fromItem(context, itemIndex, action.value === undefined ? device : action);
	const isName = device.mode === 'name';
	const isId = device.mode === 'id' || device.mode === 'list';
	return {
		computerDnsName: (isName ? device.value : device.shown) ?? fromInput.computerDnsName,
		machineId: delivery?.machineId ?? (isId ? device.value : undefined) ?? fromInput.machineId,
		machineActionId: delivery?.machineActionId ?? action.value,
	};
}

/** The device of an item as an error names it: by its name, or else by its ID. */
export function deviceOf(context: IExecuteFunctions, itemIndex: number, delivery?: Delivery): { name?: string; id?: string } {
	const { computerDnsName, machineId } = knownOf(context, itemIndex, delivery);
	return computerDnsName === undefined ? { id: machineId } : { name: computerDnsName.slice(0, MAX_NAME) };
}
