package org.p2pvpn.overlay.admin;

import org.p2pvpn.overlay.control.ControlException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request line: {@code {"schema":1,"command":"status","arguments":{}}}. Whoever may write to
 * the socket may write nonsense: every nonsense is a {@link ControlException} with exit code 2.
 *
 * @param arguments an object, empty when none was sent
 */
record AdminRequest(String command, JsonNode arguments) {
  static final int SCHEMA = 1;
  private static final int EXIT_USAGE = 2;
  private static final int COMMAND_CHARS_MAX = 32;
  private static final int WIDTH_MIN = 40;
  private static final int WIDTH_MAX = 1000;

  static AdminRequest parse(JsonMapper mapper, byte[] line) {
    JsonNode root;
    try {
      root = mapper.readTree(line);
    } catch (JacksonException _) {
      throw bad("not a JSON line");
    }
    if (root == null || !root.isObject()) {
      throw bad("expected a JSON object");
    }
    JsonNode schema = root.path("schema");
    if (!schema.isInt() || schema.intValue() != SCHEMA) {
      throw bad("expected schema " + SCHEMA + "; the daemon and p2pvpn are of different versions");
    }
    JsonNode command = root.path("command");
    if (!command.isString() || command.stringValue().length() > COMMAND_CHARS_MAX) {
      throw bad("expected a command");
    }
    JsonNode arguments = root.path("arguments");
    if (!arguments.isObject() && !arguments.isMissingNode()) {
      throw bad("expected arguments to be an object");
    }
    return new AdminRequest(
        command.stringValue(), arguments.isObject() ? arguments : mapper.createObjectNode());
  }

  boolean wantsText() {
    return "text".equals(text("format", "json"));
  }

  TextStyle style() {
    return new TextStyle(flag("color"), (int) number("width", 80, WIDTH_MIN, WIDTH_MAX));
  }

  boolean flag(String name) {
    JsonNode value = arguments.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw bad(name + ": expected true or false");
    }
    return value.isBoolean() && value.booleanValue();
  }

  String text(String name, String otherwise) {
    JsonNode value = arguments.path(name);
    if (!value.isMissingNode() && !value.isString()) {
      throw bad(name + ": expected text");
    }
    return value.isString() ? value.stringValue() : otherwise;
  }

  long number(String name, long otherwise, long min, long max) {
    JsonNode value = arguments.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw bad(name + ": expected a whole number");
    }
    long number = value.longValue();
    if (number < min || number > max) {
      throw bad(name + ": expected " + min + " to " + max + ", found " + number);
    }
    return number;
  }

  static ControlException bad(String problem) {
    return new ControlException(EXIT_USAGE, "request: " + problem, "");
  }
}
