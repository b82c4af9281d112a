import { noteSending } from '../../service/delivery';
import { DefenderError } from '../../service/errors';
import type { Machine } from '../../service/chooseRecord';
import { getOrCreate } from '../../service/getOrCreate';
import type { Session } from '../../service/session';
import { perSignIn } from '../../service/session';
import type { TagChange } from '../../service/tags';
import { changeTag, MAX_TAGGED } from '../../service/tags';

/** An item that waits for its device's tag to be changed. */
interface Waiting {
	session: Session;
	machineId: string;
	tag: string;
	resolve(machine: Machine): void;
	reject(error: unknown): void;
}

/** An item on its way to its call. */
export interface BatchEntry {
	/** @throws DefenderError, Cancelled */
	join(session: Session, machineId: string, tag: string): Promise<Machine>;
	/** Must always be called when the item is done. */
	leave(): void;
}

function chunks<T>(list: T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / size) }, (_, place) => list.slice(place * size, (place + 1) * size));
}

/** Changes the tags of all items' devices with as few calls as can be: those of one tenant and tag together. */
export class TagBatch {
	private expected = 0;

	private waiting: Waiting[] = [];

	constructor(private readonly adds: boolean) {}

	/** Notes an item. All have to be noted before the first one joins or leaves. */
	enter(): BatchEntry {
		this.expected++;
		let isHere = false;
		const arrive = () => {
			if (isHere) return;
			isHere = true;
			if (--this.expected === 0) this.start();
		};
		return {
			join: async (session: Session, machineId: string, tag: string) =>
				await new Promise<Machine>((resolve, reject) => {
					this.waiting.push({ session, machineId, tag, resolve, reject });
					arrive();
				}),
			leave: arrive,
		};
	}

	/** All items are here that will come. */
	private start(): void {
		const tagsOf = perSignIn(() => new Map<string, Waiting[]>());
		const groups = new Set<Waiting[]>();
		for (const each of this.waiting) {
			const group = getOrCreate(tagsOf(each.session), each.tag, (): Waiting[] => []);
			group.push(each);
			groups.add(group);
		}
		this.waiting = [];
		for (const items of groups) this.send(items);
	}

	private send(items: Waiting[]): void {
		const ids = [...new Set(items.map(({ machineId }) => machineId.toLowerCase()))];
		for (const chunk of chunks(ids, MAX_TAGGED)) {
			const ofChunk = new Set(chunk);
			const itemsOfChunk = items.filter(({ machineId }) => ofChunk.has(machineId.toLowerCase()));
			void this.change(itemsOfChunk, chunk);
		}
	}

	private async change(items: Waiting[], ids: string[]): Promise<void> {
		const [{ session, tag }] = items;
		// Whatever leaves is every item's.
		const onSend = (at: number) => {
			for (const { session: own } of items) noteSending(own.delivery, at);
		};
		const change: TagChange = { tag, adds: this.adds, onSend };
		try {
			const changed = await changeTag({ ...session, delivery: { sent: 'no' } }, ids, change);
			for (const { machineId, resolve, reject } of items) {
				const result = changed.get(machineId.toLowerCase());
				if (!result || result instanceof DefenderError) reject(result);
				else resolve(result);
			}
		} catch (error) {
			for (const { reject } of items) reject(error);
		}
	}
}
