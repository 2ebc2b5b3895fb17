// @ts-check
import * as vega from 'vega';
import { compile } from 'vega-lite';

/** A chart as SVG. @param {import('vega-lite').TopLevelSpec} spec */
export function render(spec) {
  return new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
