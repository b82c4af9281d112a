import type { IDataObject } from 'n8n-workflow';
import type { Example } from '../../playground/n8n/examples';
import { boundsOf } from '../support/sweep/bounds';
import { judge } from '../support/sweep/judge';
import type { SweepOptions } from '../support/sweep/sweepRun';
import { sweepThrough } from '../support/sweep/sweepRun';

const DEVICES = 10;
const SEED = 2;

/** The bounds that a sweep did not keep to. */
async function broken(options: Pick<SweepOptions, 'breakTick'>): Promise<string[]> {
	const kills = [{ minute: 1, after: 'run' as const }];
	const swept = await sweepThrough({ devices: DEVICES, seed: SEED, hours: 0.4, kills, ...options });
	return boundsOf(DEVICES, [judge(swept, SEED)])
		.filter(({ figure, bound }) => !(figure <= bound))
		.map(({ what }) => what);
}

const parametersOf = (tick: Example, name: string) => tick.nodes.find((node) => node.name === name)!.parameters as IDataObject;

describe('the acceptance of the sweep', () => {
	it('passes the workflow as it is', async () => {
		expect(await broken({})).toEqual([]);
	});

	it('fails a tick without Run Key: after a kill it sends again what ran', async () => {
		const found = await broken({ breakTick: (tick) => delete (parametersOf(tick, 'Run').options as IDataObject).runKey });
		expect(found).toContain('devices whose script ran to its end twice');
		expect(found).toContain('scripts that ran and are unknown to the table');
	});

	it('fails a tick that does not book what is done', async () => {
		const found = await broken({
			breakTick(tick) {
				const { conditions } = parametersOf(tick, 'Book').filters as { conditions: IDataObject[] };
				conditions[0].keyValue = "={{ $json.state === 'done' ? 0 : $json.id }}";
			},
		});
		expect(found).toContain('devices that are not in exactly one end state 5 minutes after the deadline');
		expect(found).toContain('scripts that ran and are unknown to the table');
	});
});
