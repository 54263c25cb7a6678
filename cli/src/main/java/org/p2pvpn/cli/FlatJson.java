package org.p2pvpn.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * As much JSON as the daemon's short lines need: objects of objects, text and numbers. Jackson
 * would take longer to load than the whole of {@code p2pvpn status}; where we print JSON we pass on
 * the daemon's bytes.
 */
final class FlatJson {
  private static final int DEPTH_MAX = 4;

  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /**
   * Every member by its dotted name; text without its quotes, everything else as written.
   *
   * @throws IllegalArgumentException for anything but an object
   */
  static Map<String, String> parse(String line) {
    FlatJson json = new FlatJson(line);
    Map<String, String> members = new LinkedHashMap<>();
    json.object("", members, 0);
    return members;
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private void object(String prefix, Map<String, String> members, int depth) {
    expect('{');
    if (depth > DEPTH_MAX) {
      throw bad();
    }
    for (boolean first = true; peek() != '}'; first = false) {
      if (!first) {
        expect(',');
      }
      String name = prefix + string();
      expect(':');
      switch (peek()) {
        case '{' -> object(name + ".", members, depth + 1);
        case '"' -> members.put(name, string());
        default -> members.put(name, word());
      }
    }
    expect('}');
  }

  private String word() {
    int from = at;
    while (peek() != ',' && peek() != '}') {
      at++;
    }
    return text.substring(from, at).strip();
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      string.append(c == '\\' ? escaped() : c);
    }
    return string.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw bad();
        }
        at += 4;
        try {
          yield (char) Integer.parseInt(text, at - 4, at, 16);
        } catch (NumberFormatException _) {
          throw bad();
        }
      }
      default -> c;
    };
  }

  private char peek() {
    if (at >= text.length()) {
      throw bad();
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      throw bad();
    }
  }

  private IllegalArgumentException bad() {
    return new IllegalArgumentException("no answer of a daemon of ours, column " + (at + 1));
  }
}
