import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Emulator, Operation } from '../../../playground/emulator';
import type { Choice } from './choice';
import type { World } from './world';

export interface Input {
	parameters: IDataObject;
	/** One for each item. */
	inputs: INodeExecutionData[];
}

export interface Flow {
	name: string;
	/** `resource: operation` of the node; default: the name. */
	operation?: string;
	/** What it asks the service, so that attacks hit. */
	calls: Operation[];
	/** How many items each input item gives; undefined where that depends on the answers. */
	itemsEach?(choice: Choice): number | undefined;
	/** What an item of the input writes to, as its requests name it: an id or a file name. */
	target?(input: IDataObject): string;
	/** The time may be over before the node asks. */
	mayFail?: boolean;
	/** Puts what it needs in the tenant. */
	prepare(emulator: Emulator, choice: Choice): Input;
	/**
	 * What an item claims that is not true, in words. Items of refusals are not asked about.
	 *
	 * @param input the input item it is paired with
	 */
	untrue?(item: IDataObject, input: IDataObject, world: World): string[];
	/** The same of all items together. */
	untrueOfAll?(items: IDataObject[], world: World): string[];
}
