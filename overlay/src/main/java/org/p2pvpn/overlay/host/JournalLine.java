package org.p2pvpn.overlay.host;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A journal entry as a line of JSON: three flat objects of strings. By Jackson's streams and not
 * its data binding, whose first use costs more than the daemon's whole work on the host.
 */
final class JournalLine {
  private static final JsonFactory JSON = new JsonFactory();

  static String write(JournalEntry entry) {
    Map<String, String> head = new LinkedHashMap<>();
    head.put("sequence", Long.toString(entry.sequence()));
    head.put("boot", entry.boot());
    head.put("namespace", entry.namespace());
    return json(head, fields(entry.change()), entry.before());
  }

  /** Says that the entry of that sequence is no longer in force. */
  static String undone(long sequence) {
    return json(Map.of("undone", Long.toString(sequence)), Map.of(), Map.of());
  }

  /** What a line holds: an entry, or the sequence of one that was undone. */
  sealed interface Parsed {
    record Made(JournalEntry entry) implements Parsed {}

    record Undone(long sequence) implements Parsed {}
  }

  /** Null for a line that is torn or not ours. */
  static @Nullable Parsed read(String line) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
      Map<String, String> head = new LinkedHashMap<>();
      Map<String, String> change = new LinkedHashMap<>();
      Map<String, String> before = new LinkedHashMap<>();
      Map<String, String> into = head;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case START_OBJECT -> {
            String name = parser.currentName();
            into = name == null ? head : name.equals("change") ? change : before;
          }
          case END_OBJECT -> into = head;
          case VALUE_STRING -> into.put(parser.currentName(), parser.getString());
          default -> {}
        }
      }
      String undone = head.get("undone");
      if (undone != null) {
        return new Parsed.Undone(Long.parseLong(undone));
      }
      return new Parsed.Made(
          new JournalEntry(
              Long.parseLong(need(head, "sequence")),
              need(head, "boot"),
              need(head, "namespace"),
              change(change),
              before));
    } catch (JacksonException | IllegalArgumentException e) {
      return null;
    }
  }

  private static String json(
      Map<String, String> head, Map<String, String> change, Map<String, String> before) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeStartObject();
      head.forEach(generator::writeStringProperty);
      if (!change.isEmpty()) {
        generator.writeName("change");
        generator.writeStartObject();
        change.forEach(generator::writeStringProperty);
        generator.writeEndObject();
      }
      if (!before.isEmpty()) {
        generator.writeName("before");
        generator.writeStartObject();
        before.forEach(generator::writeStringProperty);
        generator.writeEndObject();
      }
      generator.writeEndObject();
    }
    return text + "\n";
  }

  private static Map<String, String> fields(HostChange change) {
    Map<String, String> fields = new LinkedHashMap<>();
    switch (change) {
      case HostChange.LinkSettings link -> {
        fields.put("kind", "link");
        fields.put("link", link.link());
        fields.put("mtuBytes", Integer.toString(link.mtuBytes()));
        fields.put("queuePackets", Integer.toString(link.queuePackets()));
        fields.put("addressMode", link.addressMode());
        fields.put("up", Boolean.toString(link.up()));
      }
      case HostChange.Address address -> {
        fields.put("kind", "address");
        fields.put("link", address.link());
        fields.put("address", address.address());
      }
      case HostChange.Route route -> {
        fields.put("kind", "route");
        fields.put("destination", route.destination());
        fields.put("link", route.link());
        fields.put("source", route.source());
        fields.put("table", Integer.toString(route.table()));
        fields.put("metric", Integer.toString(route.metric()));
      }
      case HostChange.Rule rule -> {
        fields.put("kind", "rule");
        fields.put("ipv6", Boolean.toString(rule.ipv6()));
        fields.put("priority", Integer.toString(rule.priority()));
        fields.put("selector", rule.selector());
      }
      case HostChange.NftTable table -> {
        fields.put("kind", "nft");
        fields.put("family", table.family());
        fields.put("name", table.name());
        fields.put("body", table.body());
      }
      case HostChange.Sysctl sysctl -> {
        fields.put("kind", "sysctl");
        fields.put("path", sysctl.path());
        fields.put("value", sysctl.value());
      }
      case HostChange.Resolver resolver -> {
        fields.put("kind", "resolver");
        fields.put("link", resolver.link());
        fields.put("nameservers", String.join(" ", resolver.nameservers()));
        fields.put("file", resolver.file().toString());
        fields.put("bySystemdResolved", Boolean.toString(resolver.bySystemdResolved()));
        if (resolver.rest() != null) {
          fields.put("rest", resolver.rest());
        }
      }
    }
    return fields;
  }

  private static HostChange change(Map<String, String> fields) {
    return switch (need(fields, "kind")) {
      case "link" ->
          new HostChange.LinkSettings(
              need(fields, "link"),
              number(fields, "mtuBytes"),
              number(fields, "queuePackets"),
              need(fields, "addressMode"),
              flag(fields, "up"));
      case "address" -> new HostChange.Address(need(fields, "link"), need(fields, "address"));
      case "route" ->
          new HostChange.Route(
              need(fields, "destination"),
              need(fields, "link"),
              need(fields, "source"),
              number(fields, "table"),
              number(fields, "metric"));
      case "rule" ->
          new HostChange.Rule(
              flag(fields, "ipv6"), number(fields, "priority"), need(fields, "selector"));
      case "nft" ->
          new HostChange.NftTable(
              need(fields, "family"), need(fields, "name"), need(fields, "body"));
      case "sysctl" -> new HostChange.Sysctl(need(fields, "path"), need(fields, "value"));
      case "resolver" ->
          new HostChange.Resolver(
              need(fields, "link"),
              List.of(need(fields, "nameservers").split(" ")),
              Path.of(need(fields, "file")),
              flag(fields, "bySystemdResolved"),
              fields.get("rest"));
      case String other -> throw new IllegalArgumentException("kind " + other);
    };
  }

  private static String need(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  private static int number(Map<String, String> fields, String name) {
    return Integer.parseInt(need(fields, name));
  }

  private static boolean flag(Map<String, String> fields, String name) {
    return Boolean.parseBoolean(need(fields, name));
  }

  private JournalLine() {}
}
