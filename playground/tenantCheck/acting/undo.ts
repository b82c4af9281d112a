import type { Api } from '../api';
import { isEntity } from '../entity';

const UNFINISHED = ['Pending', 'InProgress'];

/** What the acting part has made, and takes away again however it ends. */
export class Undo {
	private readonly files = new Set<string>();
	private readonly actions = new Set<string>();
	/** Whether the script's two files may be on the device. */
	private onDevice = false;
	/** Whether a live response was sent whose answer did not come. */
	private lost = false;

	addFile(name: string): void {
		this.files.add(name);
	}
	removeFile(name: string): void {
		this.files.delete(name);
	}
	addAction(id: string): void {
		this.actions.add(id);
	}
	removeAction(id: string): void {
		this.actions.delete(id);
	}
	setLost(): void {
		this.lost = true;
	}
	setOnDevice(onDevice: boolean): void {
		this.onDevice = onDevice;
	}

	/**
	 * Cancels what is unfinished, then deletes the library files.
	 *
	 * @param asker one that still makes calls after Ctrl-C
	 * @returns what was done and what is left, for people
	 */
	async run(asker: Api): Promise<string[]> {
		const lines: string[] = [];
		for (const id of this.actions) {
			const status = await attempt(async () => {
				const { json } = await asker.api('GET', `/machineactions/${id}`, 'looking whether a live response is unfinished');
				if (!isEntity(json) || !UNFINISHED.includes(String(json.status))) return 'ended';
				return (
					await asker.api('POST', `/machineactions/${id}/cancel`, 'cancelling the live response', {
						body: { Comment: 'n8n tenant check: stopped' },
					})
				).status;
			});
			if (status === 200) lines.push('Cancelled the unfinished live response.');
			else if (status !== 'ended')
				lines.push(`A live response may be unfinished: cancel it in the portal or over the API. Its ID is ${id}.`);
			this.actions.delete(id);
		}
		for (const name of this.files) {
			const status = await attempt(
				async () => (await asker.api('DELETE', `/libraryfiles/${encodeURIComponent(name)}`, 'deleting a library file')).status,
			);
			if (status === 204 || status === 200 || status === 404) lines.push(`Deleted ${name} from the library.`);
			else lines.push(`${name} may still be in the library: delete it in the portal (Live response library).`);
			this.files.delete(name);
		}
		if (this.lost)
			lines.push(
				'A live response was sent, and its answer did not come: look in the Action Center whether it is unfinished, and cancel it there.',
			);
		if (this.onDevice)
			lines.push(
				'The script may have left n8n-tenant-check.txt and n8n-tenant-check.gz on the device (C:\\Windows or /var/log): delete them, or run this command again, which does.',
			);
		return lines;
	}
}

async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
	try {
		return await act();
	} catch {
		return undefined;
	}
}
