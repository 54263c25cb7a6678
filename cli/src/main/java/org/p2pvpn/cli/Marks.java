package org.p2pvpn.cli;

/** The signs in front of a line; words where the terminal has no signs. */
record Marks(boolean utf8, boolean color) {
  String good() {
    return paint("32", utf8 ? "✔" : "ok");
  }

  String warning() {
    return paint("33", utf8 ? "•" : "--");
  }

  String bad() {
    return paint("31", utf8 ? "✘" : "NO");
  }

  private String paint(String code, String sign) {
    return color ? "\u001b[" + code + "m" + sign + "\u001b[0m" : sign;
  }
}
