import example from '../../examples/run-script-and-branch.json';
import { SCENES } from '../../playground/emulator/scenes';
import type { WorkflowJson } from '../../playground/engine/engine';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
	SCENES.demo(setting.emulator);
});

afterAll(async () => await setting.close());

it('runs a script on devices, and each comes out of the branch that it belongs to', async () => {
	const workflow = structuredClone(example) as unknown as WorkflowJson;
	const parametersOf = (name: string) => workflow.nodes.find((node) => node.name === name)?.parameters ?? {};
	// One device that nobody has, and less patience with the one that is offline.
	const { device } = JSON.parse(String(parametersOf('Devices').jsonOutput)) as { device: string[] };
	parametersOf('Devices').jsonOutput = JSON.stringify({ device: [...device, 'nobody-1'] });
	parametersOf('Get Result').maxWaitMinutes = 2;

	const ran = await setting.engine.run(workflow);
	expect(ran.error).toBeUndefined();
	const branch = (name: string) =>
		ran.items(name).map((item) => [String(item.computerDnsName ?? item.device).split('.')[0], item.exit_code ?? item.error ?? item.outcome]);
	expect(branch('Compliant')).toEqual([['ws-fin-01', 0], ['srv-sql-02', 0], ['lnx-web-03', 0]]);
	expect(branch('Findings')).toEqual([['ws-fin-02', 3]]);
	expect(branch('No Verdict').sort()).toEqual([
		['nobody-1', 'No device named "nobody-1" was found'],
		['srv-app-07', 'commandFailed'],
		['ws-mkt-11', 'pending'],
	]);
});
