// The outlines are a file of their own, loaded when a map is drawn.
export { height, shapes, width } from 'world-map';
