#include <nlohmann/json.hpp>

#include "app/report/plan_report.h"

namespace pinpoint::report {
namespace {

using nlohmann::ordered_json;
using parallel::WeightsRest;

ordered_json to_json(const planning::Choice& choice, const planning::Machine& machine) {
  ordered_json parts = ordered_json::object();
  for (const planning::MemoryPart& part : choice.memory.parts) parts[part.name] = part.bytes;
  const WeightsRest rest = choice.placement.rest;
  return {{"weights", rest == WeightsRest::device ? "device"
                      : rest == WeightsRest::host ? "host"
                                                  : "disk"},
          {"shard", choice.placement.shard},
          {"why", choice.why},
          {"fits", choice.fits},
          {"memory",
           {{"parts", parts},
            {"total", choice.memory.total()},
            {"usable", planning::usable_share * machine.memory},
            {"host", choice.memory.host},
            {"host_usable", planning::usable_share * machine.host_memory}}}};
}

ordered_json to_json(const planning::Traffic& traffic) {
  return {{"gathered", traffic.gathered},
          {"host_link", traffic.host_link},
          {"disk", traffic.disk},
          {"exchanged", traffic.exchanged}};
}

ordered_json to_json(const planning::StageTime& time) {
  const planning::Bottleneck bottleneck = time.bottleneck();
  return {{"seconds", time.seconds},
          {"compute", time.compute},
          {"transfer", time.moving.transfer},
          {"gather", time.moving.gather},
          {"exchange", time.moving.exchange},
          {"bottleneck", bottleneck == planning::Bottleneck::compute    ? "compute"
                         : bottleneck == planning::Bottleneck::transfer ? "transfer"
                                                                        : "gather"}};
}

ordered_json to_json(const std::optional<int>& fewest) { return fewest ? ordered_json(*fewest) : ordered_json(); }

ordered_json sweep_json(const PlanReport& r) {
  const planning::SweepOperations& done = r.sweep.operations;
  ordered_json sweep{{"samples", r.sweep_inputs.samples},
                     {"reference_tokens", r.sweep_inputs.reference_tokens},
                     {"suffix_tokens", r.sweep_inputs.suffix_tokens},
                     {"block", r.sweep.fit.block},
                     {"walks", r.sweep.walks},
                     {"arithmetic", name_of(r.arithmetic)}};
  sweep.update(to_json(r.sweep.fit.choice, r.machine));
  sweep["fewest_ranks"] = to_json(r.sweep.fewest);
  sweep["bytes_received"] = to_json(r.sweep.traffic);
  sweep["operations"] = {{"passes", done.passes},
                         {"rows", done.rows},
                         {"joins", done.joins},
                         {"unembedding", done.unembedding},
                         {"null_rows", done.null_rows},
                         {"null_joins", done.null_joins},
                         {"null_unembedding", done.null_unembedding},
                         {"pass_a_logits", done.pass_a_logits},
                         {"attention", done.attention},
                         {"literal_procedure", planning::literal_operations(r.model.config, r.sweep_inputs)}};
  sweep["time"] = to_json(r.sweep.time);
  sweep["loading_seconds"] = r.sweep.loading;
  return sweep;
}

ordered_json tune_json(const PlanReport& r) {
  const auto& [choice, rounds] = r.tuning.fit;
  const planning::TuneOperations& done = r.tuning.operations;
  ordered_json tune{{"method", r.tune_inputs.method == planning::TuneMethod::slices ? "spt" : "sft"},
                    {"batch", r.tune_inputs.batch},
                    {"dialogue_tokens", r.tune_inputs.dialogue_tokens},
                    {"trained_parameters", r.tuning.trained},
                    {"dialogues_a_round", rounds.dialogues},
                    {"rounds", rounds.count},
                    {"keeps_tapes", rounds.keeps_tapes}};
  tune.update(to_json(choice, r.machine));
  tune["fewest_ranks"] = to_json(r.tuning.fewest);
  tune["bytes_received_a_step"] = to_json(r.tuning.traffic);
  tune["operations_a_step"] = {{"forward", done.forward},
                               {"backward", done.backward},
                               {"recomputation", done.recomputation},
                               {"attention", done.attention}};
  tune["time_of_a_step"] = to_json(r.tuning.step);
  tune["loading_seconds"] = r.tuning.loading;
  tune["steps"] = r.steps ? ordered_json(*r.steps) : ordered_json();
  return tune;
}

}  // namespace

std::string plan_json(const PlanReport& r) {
  const ordered_json plan{{"model", r.model_name},
                          {"shape_from", r.model_source},
                          {"gpu", r.machine.name},
                          {"ranks", r.ranks},
                          {"ranks_per_node", r.machine.per_node},
                          {"assumed", r.assumptions},
                          {"sweep", sweep_json(r)},
                          {"tune", tune_json(r)}};
  // A name may hold bytes that are not UTF-8.
  return plan.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace pinpoint::report
