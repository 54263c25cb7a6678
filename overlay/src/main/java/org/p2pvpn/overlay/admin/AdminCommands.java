package org.p2pvpn.overlay.admin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.FoundNode;
import org.p2pvpn.overlay.control.NetcheckReport;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.control.PathReport;
import org.p2pvpn.overlay.control.StatusReport;
import org.p2pvpn.overlay.control.TraceReport;
import tools.jackson.databind.json.JsonMapper;

/** Answers one request line with the lines of the answer. Touches no socket; any thread. */
final class AdminCommands {
  /** Ours: an invite that lives longer is a standing door; give a reusable one instead. */
  private static final long LIFE_SECONDS_MAX = Duration.ofDays(30).toSeconds();

  private static final int HOPS_MAX = 5;
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_NOT_CONNECTED = 4;
  private static final int EXIT_DEGRADED = 5;
  private static final int EXIT_NEEDS_ROOT = 77;

  private final NodeControl control;
  private final JsonMapper mapper = JsonMapper.builder().build();

  AdminCommands(NodeControl control) {
    this.control = control;
  }

  /** NDJSON, every line with its line feed; the last is a result or an error. */
  String answer(byte[] line, Access access) {
    StringBuilder answer = new StringBuilder();
    try {
      AdminRequest request = AdminRequest.parse(mapper, line);
      Object result = execute(request, access, answer);
      append(answer, "result", result);
    } catch (ControlException e) {
      error(answer, e.exitCode(), String.valueOf(e.getMessage()), e.next());
    } catch (RuntimeException e) {
      // Ours to mend; the operator sees one line, the journal has the rest.
      System.getLogger("org.p2pvpn.admin").log(System.Logger.Level.ERROR, "request failed", e);
      error(answer, EXIT_FAILURE, "internal error: " + e.getClass().getSimpleName(), "");
    }
    return answer.toString();
  }

  /** The whole answer when the request never arrived or may not be asked. */
  String refusal(int exit, String message) {
    StringBuilder answer = new StringBuilder();
    error(answer, exit, message, "");
    return answer.toString();
  }

  private Object execute(AdminRequest request, Access access, StringBuilder events) {
    return switch (request.command()) {
      case "status" -> status(request, events);
      case "peers" ->
          request.wantsText()
              ? StatusText.peers(control.peers(), request.style())
              : json("peers", control.peers());
      case "netcheck" -> netcheck(request);
      case "peers-find" -> find(request);
      case "circuits" -> circuits(request);
      case "path" -> path(request);
      case "exits" ->
          request.wantsText()
              ? PathText.exits(control.paths().exits(), request.style())
              : json("exits", control.paths().exits());
      case "trace" -> {
        require(access, "trace");
        yield trace(request);
      }
      case "circuit-set" -> {
        require(access, "circuit set");
        yield set(request);
      }
      case "circuit-new" -> {
        require(access, "circuit new");
        control.paths().renew();
        yield request.wantsText() ? "another path is taken\n" : json("renewed", true);
      }
      case "exit-use" -> {
        require(access, "exit use");
        String exit = request.text("exit", "");
        control.paths().useExit(exit);
        yield request.wantsText()
            ? "traffic moves to " + TextStyle.clean(exit) + "; see: p2pvpn status\n"
            : json("exit", exit);
      }
      case "invite" -> {
        require(access, "invite");
        yield invite(request, events);
      }
      case "ping" -> {
        require(access, "ping");
        yield ping(request, events);
      }
      case "down" -> {
        require(access, "down");
        control.stop();
        append(events, "event", Map.of("pid", ProcessHandle.current().pid()));
        yield request.wantsText() ? "stopping\n" : json("stopping", true);
      }
      default -> throw AdminRequest.bad("unknown command \"" + request.command() + "\"");
    };
  }

  private static void require(Access access, String command) {
    if (access != Access.CHANGE) {
      throw new ControlException(
          EXIT_NEEDS_ROOT, command + ": only root may do this", "sudo p2pvpn " + command);
    }
  }

  private Object status(AdminRequest request, StringBuilder events) {
    StatusReport report = control.status();
    int exit =
        switch (report.state()) {
          case "up" -> 0;
          case "degraded" -> EXIT_DEGRADED;
          default -> EXIT_NOT_CONNECTED;
        };
    append(events, "event", Map.of("exit", exit, "state", report.state()));
    return request.wantsText() ? StatusText.status(report, request.style()) : report;
  }

  private Object path(AdminRequest request) {
    List<PathReport> reports = control.paths().explain();
    if (request.wantsText()) {
      return PathText.of(reports, request.style());
    }
    Map<String, Object> result = json("path", reports.getFirst());
    result.put("paths", reports);
    return result;
  }

  private Object netcheck(AdminRequest request) {
    NetcheckReport report = control.netcheck();
    return request.wantsText()
        ? NetcheckText.of(report, request.style())
        : json("netcheck", report);
  }

  private Object find(AdminRequest request) {
    String wanted = request.text("wanted", "");
    if (wanted.isEmpty()) {
      throw AdminRequest.bad("wanted: expected a node id or a country's two capital letters");
    }
    Duration timeout = Duration.ofMillis(request.number("timeout_millis", 10_000, 1, 60_000));
    List<FoundNode> found = control.find(wanted, timeout);
    if (found.isEmpty()) {
      throw new ControlException(
          EXIT_FAILURE, "\"" + TextStyle.clean(wanted) + "\": nobody was found", "p2pvpn status");
    }
    return request.wantsText() ? FoundText.of(found) : json("nodes", found);
  }

  private Object circuits(AdminRequest request) {
    StatusReport report = control.status();
    if (request.wantsText()) {
      return CircuitText.of(report, request.style());
    }
    Map<String, Object> result = json("circuits", report.circuits());
    result.put("switches", report.pathSwitches());
    result.put("former_exits", report.formerExits());
    result.put("routes", report.routes());
    result.put("relayed", report.relayedCircuits());
    return result;
  }

  private Object invite(AdminRequest request, StringBuilder events) {
    Duration life = Duration.ofSeconds(request.number("life_seconds", 3600, 1, LIFE_SECONDS_MAX));
    boolean reusable = request.flag("reusable");
    String line = control.invite(life, reusable);
    if (!request.wantsText()) {
      Map<String, Object> result = json("invite", line);
      result.put("life_seconds", life.toSeconds());
      result.put("reusable", reusable);
      return result;
    }
    String note =
        "on the other machine, within %s%s: sudo p2pvpn up '%s'"
            .formatted(TextStyle.age(life.toSeconds()), reusable ? "" : ", once", line);
    append(events, "event", Map.of("note", note));
    return line + "\n";
  }

  private Object trace(AdminRequest request) {
    TraceReport report = control.paths().trace(0, timeout(request));
    return request.wantsText()
        ? CircuitText.trace(report, request.style())
        : json("trace", report.hops());
  }

  private Object set(AdminRequest request) {
    List<String> path = List.of(request.text("path", "").split(",", -1));
    if (path.contains("")) {
      throw AdminRequest.bad("path: expected names with commas between, as in carol,dave,bob");
    }
    control.paths().set(path);
    return request.wantsText()
        ? "the path is set until: p2pvpn circuit new; see: p2pvpn circuit\n"
        : json("path", path);
  }

  private static Duration timeout(AdminRequest request) {
    return Duration.ofMillis(request.number("timeout_millis", 1000, 1, 60_000));
  }

  /** Of a peer by its name, or of a hop of the path in use by its number. */
  private long pinged(AdminRequest request, String node) {
    int hop = (int) request.number("hop", 0, 0, HOPS_MAX);
    if (hop == 0) {
      return control.ping(node, timeout(request));
    }
    double millis = control.paths().trace(hop, timeout(request)).hops().getFirst().rttMillis();
    return millis < 0 ? -1 : Math.round(millis * 1e6);
  }

  private Object ping(AdminRequest request, StringBuilder events) {
    long hop = request.number("hop", 0, 0, HOPS_MAX);
    String node = request.text("node", hop == 0 ? "" : "hop " + hop);
    if (node.isEmpty()) {
      throw AdminRequest.bad("node: expected a peer's name, node id or overlay address");
    }
    Duration timeout = timeout(request);
    long nanos = pinged(request, node);
    double millis = nanos < 0 ? -1 : nanos / 1e6;
    append(events, "event", Map.of("nanos", nanos));
    if (request.wantsText()) {
      return TextStyle.clean(node)
          + (nanos < 0
              ? ": no answer within " + timeout.toMillis() + " ms\n"
              : ": " + TextStyle.millis(millis) + "\n");
    }
    Map<String, Object> result = json("node", node);
    result.put("answered", nanos >= 0);
    result.put("millis", millis);
    return result;
  }

  /** Every answer carries the schema, as the status report does. */
  private static Map<String, Object> json(String name, Object value) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("schema", AdminRequest.SCHEMA);
    result.put(name, value);
    return result;
  }

  private void error(StringBuilder answer, int exit, String message, String next) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("exit", exit);
    error.put("message", message);
    error.put("next", next);
    append(answer, "error", error);
  }

  private void append(StringBuilder answer, String kind, Object value) {
    answer.append(mapper.writeValueAsString(Map.of(kind, value))).append('\n');
  }
}
