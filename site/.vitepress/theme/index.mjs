import DefaultTheme from "vitepress/theme-without-fonts";
import Demonstration from "./Demonstration.vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("Demonstration", Demonstration);
  },
};
