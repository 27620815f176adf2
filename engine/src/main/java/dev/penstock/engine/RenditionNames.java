package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What people call the tracks of pictures that a plan encodes. */
final class RenditionNames {
  private final Map<Integer, String> names = new TreeMap<>();

  RenditionNames(Plan plan) {
    for (Plan.Output output : plan.outputs()) {
      if (output instanceof Plan.Presentation presentation) {
        for (int i = 0; i < presentation.tracks().size(); i++) {
          name(plan, presentation.tracks().get(i), presentation.renditions().get(i).id());
        }
      }
    }
    for (int slot = 0; slot < plan.tracks().size(); slot++) {
      if (plan.tracks().get(slot) instanceof EncodeVideo video) {
        name(plan, slot, video.size().height() + "p");
      }
    }
  }

  private void name(Plan plan, int slot, String wanted) {
    if (plan.tracks().get(slot) instanceof EncodeVideo && !names.containsKey(slot)) {
      Set<String> taken = names.values().stream().collect(Collectors.toSet());
      names.put(slot, taken.contains(wanted) ? wanted + " " + slot : wanted);
    }
  }

  /** By track of the plan. */
  Map<Integer, String> all() {
    return names;
  }

  String of(int slot) {
    return names.getOrDefault(slot, "track " + slot);
  }
}
