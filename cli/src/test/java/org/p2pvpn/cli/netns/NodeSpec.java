package org.p2pvpn.cli.netns;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.cli.underlay.NatKind;

/**
 * One node of a {@link Village} before it runs.
 *
 * @param prefix which /16 and /32 it lives in
 * @param words its command line, of {@code p2pvpn}; its name and places are added
 * @param config its config file; {@code {NAME}} becomes an invite of that node, which runs already
 * @param nat what stands before it
 */
record NodeSpec(String name, int prefix, List<String> words, String config, @Nullable NatKind nat) {
  /** One that relays for others, or talks with them, or does both. */
  static NodeSpec peer(String name, int prefix) {
    return new NodeSpec(name, prefix, List.of("up"), "", null);
  }

  static NodeSpec exit(String name, int prefix) {
    return new NodeSpec(name, prefix, List.of("serve", "--exit"), "", null);
  }

  /** All its traffic leaves by an exit that the config or an invite knows. */
  static NodeSpec client(String name, int prefix, String exit) {
    return new NodeSpec(name, prefix, List.of("up", "--exit", exit), "", null);
  }

  /** With other words for {@code p2pvpn}, e.g. {@code up --hops 3}. */
  NodeSpec words(String... changed) {
    return new NodeSpec(name, prefix, List.of(changed), config, nat);
  }

  NodeSpec config(String text) {
    return new NodeSpec(name, prefix, words, text, nat);
  }

  /** Joins by an invite of that node; may be said for several. */
  NodeSpec knowing(String... others) {
    StringBuilder text = new StringBuilder(config);
    for (String other : others) {
      text.append("[[peer]]\nname = \"%1$s\"\naddress = \"{%1$s}\"\n".formatted(other));
    }
    return config(text.toString());
  }

  NodeSpec behind(NatKind kind) {
    return new NodeSpec(name, prefix, words, config, kind);
  }
}
