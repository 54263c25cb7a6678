package org.p2pvpn.cli;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "id",
    sortOptions = false,
    header = {
      "Prints this node's id and overlay addresses; makes the identity when there is none.",
      "",
      "Examples:",
      "  sudo p2pvpn id",
      "  sudo p2pvpn id --endpoint vpn.example.org:28790   the line for other hosts' config files",
      ""
    },
    footer = {"", "The daemon need not run. The line holds no secret."})
final class IdCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "Where others reach this node.")
  private @Nullable String endpoint;

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  IdCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    var state = places.resolve(cli.console()).statePath();
    Files.createDirectories(state);
    try (Identity identity = Identity.loadOrCreate(state.resolve("identity"))) {
      NodeId id = NodeId.ofPublicKey(identity.signingKey());
      String line = endpoint == null ? "" : line(identity, endpoint);
      String ipv6 = OverlayAddress.ipv6(id).getHostAddress();
      String ipv4 = OverlayAddress.ipv4(id).getHostAddress();
      cli.console()
          .out()
          .println(
              json
                  ? "{\"schema\":1,\"nodeId\":\"%s\",\"ipv6\":\"%s\",\"ipv4\":\"%s\",\"address\":%s}"
                      .formatted(id, ipv6, ipv4, FlatJson.quote(line))
                  : "node     %s%naddress  %s%naddress  %s%s"
                      .formatted(id, ipv6, ipv4, line.isEmpty() ? "" : "\nline     " + line));
    }
    return Exit.OK;
  }

  /** The endpoint is read by the parser of address lines, which says what is wrong with it. */
  private static String line(Identity identity, String endpoint) {
    NodeAddress keys =
        new NodeAddress(
            identity.signingKey(),
            identity.staticKey(),
            List.of(new org.p2pvpn.overlay.identity.HostPort("localhost", 1)),
            null,
            null);
    return NodeAddress.parse(keys.toString().replace("localhost:1", endpoint)).toString();
  }
}
