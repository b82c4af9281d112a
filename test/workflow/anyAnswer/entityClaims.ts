import type { IDataObject } from 'n8n-workflow';
import type { Action } from '../../../playground/emulator';
import type { World } from './world';

const FINAL = ['succeeded', 'failed', 'timeout', 'cancelled'];
const wordOf = (value: unknown) => (typeof value === 'string' ? value.trim().toLowerCase() : '');
const isSame = (one: unknown, other: unknown) => typeof one === 'string' && typeof other === 'string' && wordOf(one) === wordOf(other);

/** What an item that is a machine action claims that is not true of the action. */
export function untrueAction(item: IDataObject, action: Action | undefined, world: World): string[] {
	const { id, status, finished } = item;
	const about = JSON.stringify({ id, status, finished });
	// What the service lists is passed on as it is.
	if (!action) return world.said((told) => isSame(told.id, id)) ? [] : [`an item of an action that is not there: ${about}`];
	if (!isSame(id, action.id)) return [`an item of another action than ${action.id}: ${about}`];
	const saidFinal = () => world.said((told) => isSame(told.id, id) && FINAL.includes(wordOf(told.status)));
	return [
		...(finished === true && !world.hasEnded(action) && !saidFinal() ? [`finished, yet it is not: ${about}`] : []),
		...(wordOf(status) === 'cancelled' && !action.cancelled && !world.said((told) => isSame(told.id, id) && isSame(told.status, status))
			? [`cancelled, yet it is not: ${about}`]
			: []),
	];
}

/**
 * The same of an item that is the action that the flow has started.
 *
 * @param actionId of what it has started on the item's device; undefined where that is nothing
 */
export function untrueStarted(item: IDataObject, actionId: string | undefined, world: World): string[] {
	if (actionId === undefined) return [`started as ${String(item.id)}, yet nothing was started`];
	// The answer alone gives a new action its id.
	const isMisnamed = !isSame(item.id, actionId) && world.said(({ id }) => isSame(id, item.id));
	return isMisnamed ? [] : untrueAction(item, world.action(actionId), world);
}

/** Entities of a list that nothing was done to are those of the tenant. */
export function untrueList(items: IDataObject[], expected: string[], keyOf: (item: IDataObject) => unknown, world: World): string[] {
	if (!world.isCalm) return [];
	const [shown, there] = [items.map(keyOf).map(String).sort(), [...expected].sort()];
	return JSON.stringify(shown) === JSON.stringify(there) ? [] : [`a list of ${shown.join()} where there is ${there.join()}`];
}
