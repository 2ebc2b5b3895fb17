// The numbers of the kernel's IPVS generic netlink family, version 1 (since Linux 2.6.28).
// A table of our own: the headers of build machines differ (old ones lack TUN_*, 7.2 dropped others), the
// numbers never change.
#pragma once

#include <cstdint>

namespace lvs::uapi {

inline constexpr char kFamilyName[] = "IPVS";
inline constexpr uint8_t kFamilyVersion = 1;

enum Command : uint8_t {
  kNewService = 1,
  kSetService = 2,
  kDelService = 3,
  kGetService = 4,
  kNewDest = 5,
  kSetDest = 6,
  kDelDest = 7,
  kGetDest = 8,
  kNewDaemon = 9,
  kDelDaemon = 10,
  kGetDaemon = 11,
  kSetConfig = 12,
  kGetConfig = 13,
  kSetInfo = 14,
  kGetInfo = 15,
  kZero = 16,
  kFlush = 17,
};

enum CommandAttr : uint16_t {
  kAttrService = 1,
  kAttrDest = 2,
  kAttrDaemon = 3,
  kAttrTimeoutTcp = 4,
  kAttrTimeoutTcpFin = 5,
  kAttrTimeoutUdp = 6,
  kAttrMax = 6,
};

// The answer to GET_INFO numbers its attributes anew.
enum InfoAttr : uint16_t { kInfoVersion = 1, kInfoConnTabSize = 2, kInfoMax = 2 };

enum ServiceAttr : uint16_t {
  kSvcAf = 1,
  kSvcProtocol = 2,
  kSvcAddr = 3,
  kSvcPort = 4,
  kSvcFwmark = 5,
  kSvcSchedName = 6,
  kSvcFlags = 7,
  kSvcTimeout = 8,
  kSvcNetmask = 9,
  kSvcStats = 10,
  kSvcPeName = 11,
  kSvcStats64 = 12,
  kSvcMax = 12,
};

enum DestAttr : uint16_t {
  kDestAddr = 1,
  kDestPort = 2,
  kDestFwdMethod = 3,
  kDestWeight = 4,
  kDestUThresh = 5,
  kDestLThresh = 6,
  kDestActiveConns = 7,
  kDestInactConns = 8,
  kDestPersistConns = 9,
  kDestStats = 10,
  kDestAddrFamily = 11,
  kDestStats64 = 12,
  kDestTunType = 13,
  kDestTunPort = 14,
  kDestTunFlags = 15,
  kDestMax = 15,
};

enum DaemonAttr : uint16_t {
  kDaemonState = 1,
  kDaemonMcastIfn = 2,
  kDaemonSyncId = 3,
  kDaemonSyncMaxlen = 4,
  kDaemonMcastGroup = 5,
  kDaemonMcastGroup6 = 6,
  kDaemonMcastPort = 7,
  kDaemonMcastTtl = 8,
  kDaemonMax = 8,
};

enum StatsAttr : uint16_t {
  kStatsConns = 1,
  kStatsInPkts = 2,
  kStatsOutPkts = 3,
  kStatsInBytes = 4,
  kStatsOutBytes = 5,
  kStatsCps = 6,
  kStatsInPps = 7,
  kStatsOutPps = 8,
  kStatsInBps = 9,
  kStatsOutBps = 10,
  kStatsPad = 11,
  kStatsMax = 11,
};

inline constexpr uint32_t kFwdMask = 0x7;
inline constexpr uint32_t kFwdTunnel = 2;
inline constexpr uint32_t kFlagHashed = 0x2;
inline constexpr uint32_t kSchedNameMax = 15;
inline constexpr uint32_t kPeNameMax = 16;
inline constexpr uint32_t kIfNameMax = 15;

}  // namespace lvs::uapi
