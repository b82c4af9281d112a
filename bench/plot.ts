import { init } from 'echarts';
import type { Plot } from './part';

const SIZE = { width: 760, height: 420 };

/** A plot as an SVG picture, in colours that can be read on a light and on a dark page. */
export function drawPlot({ title, x, y, axes = 'log', lines }: Plot): string {
	const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
	const axis = (name: string, nameGap: number) => ({
		type: axes,
		name,
		nameLocation: 'middle' as const,
		nameGap,
		axisLabel: { formatter: (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 }) },
		splitLine: { lineStyle: { color: '#8884' } },
	});
	chart.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		title: { text: title, left: 'center', textStyle: { fontSize: 16 } },
		// Room for fonts that are wider than expected.
		legend: { bottom: 0, itemGap: 24 },
		grid: { left: 80, right: 30, top: 50, bottom: 80 },
		xAxis: axis(x, 28),
		yAxis: axis(y, 55),
		series: lines.map(({ name, points }) => ({ type: 'line' as const, name, data: points, symbolSize: 8 })),
	});
	const svg = chart.renderToSVGString();
	chart.dispose();
	return svg;
}
