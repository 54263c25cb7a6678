package org.p2pvpn.cli.lab;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object a line: any number of events, then one result. */
final class JsonOutput implements LabOutput {
  /** Grows when a member changes its meaning; members may be added without it. */
  private static final int SCHEMA = 1;

  private static final int EVENT_EVERY_MILLIS = 1000;

  private final PrintStream out;
  private final JsonMapper mapper = JsonMapper.builder().build();
  private long shownAtMillis;

  JsonOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void stage(long elapsedMillis, Check check) {
    Map<String, Object> event = object("stage");
    event.put("elapsedMillis", elapsedMillis);
    event.put("name", check.name());
    event.put("passed", check.passed());
    event.put("detail", check.detail());
    print("event", event);
  }

  @Override
  public void note(String sentence) {
    Map<String, Object> event = object("note");
    event.put("detail", sentence);
    print("event", event);
  }

  @Override
  public void show(LabSnapshot now) {
    if (now.elapsedMillis() - shownAtMillis < EVENT_EVERY_MILLIS) {
      return;
    }
    shownAtMillis = now.elapsedMillis();
    Map<String, Object> event = object("traffic");
    event.putAll(snapshot(now));
    print("event", event);
  }

  @Override
  public void end(LabSnapshot last, List<Check> checks, boolean passed) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("schema", SCHEMA);
    result.put("passed", passed);
    result.putAll(snapshot(last));
    result.put("packetsInClear", last.since().clear());
    result.put("siteSaw", last.siteSaw());
    CircuitFacts circuit = last.circuit();
    if (circuit != null) {
      result.put("circuit", circuit);
    }
    result.put("checks", checks);
    print("result", result);
  }

  private static Map<String, Object> snapshot(LabSnapshot now) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("elapsedMillis", now.elapsedMillis());
    members.put(
        "flows",
        now.flows().stream()
            .map(
                flow ->
                    Map.of(
                        "name", flow.name(),
                        "bytes", flow.bytes(),
                        "bitsPerSecond", Math.round(flow.meanBitsPerSecond()),
                        "rttMillis", flow.rttNanos() < 0 ? -1 : flow.rttNanos() / 1e6))
            .toList());
    if (!now.hops().isEmpty()) {
      members.put("hops", now.hops());
    }
    members.put("uplinkBefore", now.before());
    members.put("uplink", now.since());
    return members;
  }

  private static Map<String, Object> object(String kind) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("schema", SCHEMA);
    object.put("kind", kind);
    return object;
  }

  private void print(String kind, Map<String, Object> value) {
    out.println(mapper.writeValueAsString(Map.of(kind, value)));
    out.flush();
  }
}
