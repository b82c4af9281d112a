import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import type { Values } from '../fields/row';
import type { PACKAGE_OPTIONS } from '../result/options';
import type { PackageResult } from '../result/packageResult';
import { fetchPackage, packageItem } from '../result/packageResult';
import { limiter } from '../service/limiter';
import type { MachineAction } from '../service/machineAction';
import type { Session } from '../service/session';
import type { Routed } from './eachItem';
import { fileStore } from './fileStore';
import { boundedResult } from './redactedItem';

/** Packages downloaded side by side: the service gives two links a minute. */
const PACKAGES_AT_ONCE = 4;

/** How a package is downloaded, and where it is stored. */
type PackageSettings = Values<typeof PACKAGE_OPTIONS>;

/** Fetches the investigation packages of all items of a node, and makes items of them. */
export class PackageFetcher {
	private readonly limited = limiter(PACKAGES_AT_ONCE);

	constructor(private readonly context: IExecuteFunctions) {}

	/**
	 * The item of an action's package.
	 *
	 * @throws DefenderError, Cancelled
	 */
	async fetch(session: Session, action: MachineAction, settings: PackageSettings, itemIndex: number, errors: string[]): Promise<Routed[]> {
		const binary: IBinaryKeyData = {};
		const store = fileStore(this.context, binary, settings.binaryPropertyName);
		// The wait for a place is the node's own.
		const resume = session.deadline.hold();
		const result = await this.limited(async () => {
			resume();
			return await fetchPackage(session, action, settings.maxDownloadSize, store);
		});
		return this.items(action, { ...result, errors: [...errors, ...result.errors] }, itemIndex, result.file && binary);
	}

	/** The item of a package of which there is no more to be had. */
	items(action: MachineAction, result: PackageResult, itemIndex: number, binary?: IBinaryKeyData): Routed[] {
		const json = boundedResult(packageItem(action, result));
		return [{ output: 0, item: { json, pairedItem: { item: itemIndex }, ...(binary && { binary }) } }];
	}
}
