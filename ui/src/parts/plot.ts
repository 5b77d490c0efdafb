// uPlot, half of all the script, is loaded when the first chart is drawn; also its own file, so that
// a new version of the page does not make browsers fetch it again.
export { default } from 'uplot';
