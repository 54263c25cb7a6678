package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.p2pvpn.overlay.host.HostCommands;

/**
 * Makes the namespaces of {@link Topology}. What it leaves on failure, {@link LabClean} removes.
 */
final class LabNetwork {
  private LabNetwork() {}

  static void make(HostCommands commands, LabPlace place) throws IOException {
    Files.createDirectory(
        place.folder(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (String host : Topology.hosts()) {
      // `ip netns exec` mounts it: no daemon of the lab sees this machine's own resolv.conf.
      Files.createDirectories(place.resolverFolder(host));
      Files.writeString(
          place.resolverFolder(host).resolve("resolv.conf"),
          "nameserver " + Topology.member(Topology.SITE).ipv4() + "\n");
    }
    commands.require(List.of("ip", "-batch", "-"), Topology.links(place));
    for (String host : Topology.hosts()) {
      for (String sysctl : Topology.sysctls(host)) {
        commands.require(inNamespace(place, host, "echo 1 > /proc/sys/" + sysctl), "");
      }
      commands.require(
          List.of("ip", "-n", place.namespace(host), "-batch", "-"), Topology.addresses(host));
    }
  }

  private static List<String> inNamespace(LabPlace place, String host, String shell) {
    return List.of("ip", "netns", "exec", place.namespace(host), "sh", "-c", shell);
  }
}
