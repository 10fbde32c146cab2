// The type of `import photo from "./photo.jpg?apus"`; other parameters come before `apus`.
declare module "*?apus" {
  const image: import("./variants.node.js").BuiltImage;
  export default image;
}
declare module "*&apus" {
  const image: import("./variants.node.js").BuiltImage;
  export default image;
}
