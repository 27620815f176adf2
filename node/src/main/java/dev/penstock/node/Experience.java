package dev.penstock.node;

import dev.penstock.model.Plan;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.planner.admission.Footage;
import java.util.List;
import java.util.Optional;

/** Learns from running jobs what work takes. Any thread; nothing waits, nothing is thrown. */
public interface Experience {
  /** Learns nothing. */
  Experience NONE =
      new Experience() {
        @Override
        public void begun(JobId job, Plan plan, Optional<Footage> footage, List<String> gpus, int pieces) {}

        @Override
        public void said(JobId job, FromWorker said) {}

        @Override
        public void ended(JobId job) {}
      };

  /**
   * A worker was given a job.
   *
   * @param footage what it decodes; empty where it encodes no pictures
   * @param gpus keys; none for software
   * @param pieces of it that are worked on side by side
   */
  void begun(JobId job, Plan plan, Optional<Footage> footage, List<String> gpus, int pieces);

  /** What a worker says of its job, and of itself where it has no other. */
  void said(JobId job, FromWorker said);

  /** It is over, however it ended. What was seen of it counts from now on. */
  void ended(JobId job);
}
