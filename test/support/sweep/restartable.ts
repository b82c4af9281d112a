/* eslint-disable @typescript-eslint/no-require-imports -- what is loaded so is loaded again */
import type { IExecuteFunctions, INodeType } from 'n8n-workflow';
import type { Clock } from '../../../nodes/DefenderLiveResponse/service/clock';

/** The node as a process has it that was started: without a memory of what was done before. */
function load({ now, elapsed, sleep, random }: Clock): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		const { DefenderLiveResponse } = require('../../../nodes/DefenderLiveResponse/DefenderLiveResponse.node');
		const { systemClock } = require('../../../nodes/DefenderLiveResponse/service/clock');
		Object.assign(systemClock, { now, elapsed, sleep, random });
		node = new DefenderLiveResponse();
	});
	return node!;
}

/** The node in a process of n8n that can be killed and started again. */
export class RestartableNode {
	private current: INodeType;

	readonly type: INodeType;

	/** @param clock that it uses, also when it is loaded again */
	constructor(private readonly clock: Clock) {
		this.current = load(clock);
		const current = () => this.current;
		this.type = Object.assign(Object.create(this.current) as INodeType, {
			async execute(this: IExecuteFunctions) {
				return await current().execute!.call(this);
			},
		});
	}

	restart(): void {
		this.current = load(this.clock);
	}
}
